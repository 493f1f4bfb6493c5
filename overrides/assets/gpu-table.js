// The GPU table: finding and comparing. Sorting is sortable-tablesort's, numbers and words are the page's own.
// A module: it runs once, however often the theme puts the page in place without a reload.
import "./vendor/sortable-tablesort/sortable.min.js"

const MOST = 4
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key])

function setUp(root) {
  const form = root.querySelector("form")
  const table = root.querySelector("table")
  const told = form.querySelector("[role=status]")
  const bar = root.querySelector(".hb-gpus__bar")
  const sheet = root.querySelector(".hb-gpus__compare")
  const heads = [...table.tHead.rows[0].cells]
  const rows = [...table.tBodies[0].rows] // sorting makes a new body of the same rows
  const words = root.dataset
    const picked = new Map() // id → row, in the order of picking

  const nameOf = row => row.dataset.name
  const textOf = row => [...row.cells].slice(0, 2).map(cell => cell.textContent).join(" ") + row.cells[column("architecture")].textContent
  const column = field => heads.findIndex(head => head.dataset.field === field)

  // What scripts add to the static table: heads to press, boxes to tick.
  for (const head of heads) {
    const button = document.createElement("button")
    button.type = "button"
    button.append(...head.childNodes)
    head.append(button)
  }
  for (const row of rows) {
    const cell = row.cells[0]
    row.dataset.name = cell.firstChild.textContent.trim()
    const label = document.createElement("label")
    const box = document.createElement("input")
    box.type = "checkbox"
    box.setAttribute("aria-label", fill(words.pick, { name: nameOf(row) }))
    label.append(box)
    cell.prepend(label)
    cell.dataset.sort = nameOf(row)
  }
  // A number leads to its place in the list of sources; one that is pointed at, or reached by keyboard, leads to
  // the source itself, and tells of it. There are thousands.
  function lead({ target }) {
    const link = target.closest("td a") // whose address the theme makes absolute
    const source = link?.hash.startsWith("#source-") && document.getElementById(link.hash.slice(1))
    if (!source) return
    link.title = [...source.children].map(part => part.textContent).concat(link.title || []).join("\n")
    link.href = source.querySelector("a").href
  }
  for (const name of ["pointerover", "focusin"]) root.addEventListener(name, lead)

  // A text sorts from A first: the library turns the order round that it finds.
  table.addEventListener("click", event => {
    const head = event.target.closest("thead th")
    if (head && "text" in head.dataset && !head.ariaSort) head.setAttribute("aria-sort", "descending")
  }, true)
  table.addEventListener("sort-end", remember)

  // ---------------------------------------------------------------- Finding, in the charts as well
  const BUYABLE = ["new", "used"]
  function sold({ dataset: { sale } }) {
    const wanted = form.sale.value
    return wanted === "any" || (wanted === "buy" ? BUYABLE.includes(sale) : sale === wanted)
  }
  function find() {
    const wanted = form.find.value.trim().toLowerCase().split(/\s+/)
    const [vendor, line] = form.line.value.split("/")
    const least = Number(form.memory.value)
    let shown = 0
    for (const row of rows) {
      const text = textOf(row).toLowerCase()
      const memory = parseFloat(row.cells[column("memory")].textContent.replaceAll(",", ""))
      row.hidden = !(wanted.every(word => text.includes(word)) && (!vendor || row.dataset.vendor === vendor)
        && (!line || row.dataset.line === line) && sold(row) && (!least || memory >= least))
      shown += !row.hidden
    }
    if (!shown && wanted[0] && form.sale.value === "buy") { // asked for by name, and not for sale
      form.sale.value = "any"
      return find()
    }
    const out = new Set(rows.filter(row => row.hidden).map(row => row.id))
    for (const mark of document.querySelectorAll(".hb-chart [data-gpu]")) mark.classList.toggle("hb-out", out.has(mark.dataset.gpu))
    told.textContent = fill(words.count, { shown, all: rows.length })
  }
  function fold() {
    for (const box of form.querySelectorAll("[name=columns]"))
      table.classList.toggle(`h${column(box.value) + 1}`, !box.checked)
  }
  form.addEventListener("submit", event => event.preventDefault())
  form.addEventListener("input", () => { find(); fold(); remember() })
  form.addEventListener("reset", () => setTimeout(() => { find(); fold(); remember() }))

  // ---------------------------------------------------------------- Comparing
  table.addEventListener("change", event => {
    const row = event.target.closest("tr")
    if (!event.target.checked) picked.delete(row.id)
    else if (picked.size < MOST) picked.set(row.id, row)
    else {
      event.target.checked = false
      return compare(fill(words.full, { name: nameOf(row) }))
    }
    compare()
  })
  bar.querySelector("button").addEventListener("click", () => drop([...picked.keys()]))
  bar.querySelector("a").addEventListener("click", event => {
    event.preventDefault()
    sheet.scrollIntoView()
    sheet.focus({ preventScroll: true })
  })
  sheet.addEventListener("click", event => {
    const button = event.target.closest("button")
    if (!button) return
    drop([button.value])
    if (picked.size) sheet.focus({ preventScroll: true })
    else table.tHead.querySelector("button").focus()
  })
  function drop(ids) {
    for (const id of ids) {
      picked.get(id).querySelector("input").checked = false
      picked.delete(id)
    }
    compare()
  }
  function compare(complaint) {
    const names = [...picked.values()].map(nameOf).join(words.comma)
    bar.hidden = sheet.hidden = !picked.size
    const says = complaint ?? (picked.size ? fill(words.picked, { names }) : "")
    bar.querySelector("[role=status]").textContent = says
    bar.classList.toggle("hb-gpus__bar--full", Boolean(complaint))
    sheet.replaceChildren(...(picked.size ? [side()] : []))
    remember()
  }
  // The picked rows, turned: a row for each field that one of them knows, a column for each card.
  function side() {
    const frame = element("div", { className: "hb-gpus__frame", tabIndex: 0, role: "group", ariaLabel: words.compare })
    const turned = frame.appendChild(element("table", { className: "hb-gpus__table" }))
    turned.createCaption().textContent = words.compare
    const top = turned.createTHead().insertRow()
    top.append(element("td"))
    for (const [id, row] of picked) {
      const head = element("th", { scope: "col", textContent: nameOf(row) })
      head.append(element("button", { type: "button", value: id, textContent: "×", ariaLabel: fill(words.remove, { name: nameOf(row) }) }))
      top.append(head)
    }
    const body = turned.createTBody()
    const add = (title, cells) => {
      const line = body.insertRow()
      line.append(element("th", { scope: "row", innerHTML: title }), ...cells)
    }
    heads.forEach((head, place) => {
      const cells = [...picked.values()].map(row => row.cells[place])
      if (place && cells.some(cell => !cell.classList.contains("hb-unknown")))
        add(head.querySelector("button").innerHTML, cells.map(cell => cell.cloneNode(true)))
    })
    const notes = [...picked.values()].map(row => row.querySelector(".hb-note"))
    if (notes.some(Boolean))
      add(words.note, notes.map(note => element("td", { textContent: note?.title ?? note?.dataset.about ?? "" })))
    return frame
  }
  function element(tag, properties = {}) {
    return Object.assign(document.createElement(tag), properties)
  }

  // ---------------------------------------------------------------- The address holds the state
  // (not in `q`, which is the site search's)
  function remember() {
    const state = new URLSearchParams()
    for (const name of ["find", "line", "memory"]) if (form[name].value) state.set(name, form[name].value)
    if (form.sale.value !== "buy") state.set("sale", form.sale.value)
    const sorted = heads.find(head => head.ariaSort)
    if (sorted)
      state.set("sort", `${sorted.dataset.field}-${sorted.ariaSort === "ascending" ? "up" : "down"}`)
    const boxes = [...form.querySelectorAll("[name=columns]")]
    if (boxes.some(box => box.checked !== box.defaultChecked))
      state.set("columns", boxes.filter(box => box.checked).map(box => box.value).join(","))
    if (picked.size) state.set("compare", [...picked.keys()].join(","))
    const query = state.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")
    history.replaceState(history.state, "", location.pathname + (query && `?${query}`) + location.hash)
  }
  function recall() {
    const state = new URLSearchParams(location.search)
    for (const name of ["find", "line", "memory"]) form[name].value = state.get(name) ?? ""
    form.sale.value = state.get("sale") ?? "buy"
    if (!form.sale.value) form.sale.value = "buy" // no such choice
    const columns = state.get("columns")?.split(",")
    if (columns) for (const box of form.querySelectorAll("[name=columns]")) box.checked = columns.includes(box.value)
    for (const id of state.get("compare")?.split(",") ?? []) {
      const row = rows.find(one => one.id === id)
      if (!row || picked.size === MOST) continue
      picked.set(id, row)
      row.querySelector("input").checked = true
    }
    const [field, way] = state.get("sort")?.split("-") ?? []
    const head = heads[column(field)]
    if (head) {
      head.setAttribute("aria-sort", way === "up" ? "descending" : "ascending") // which the press turns round
      head.querySelector("button").click()
    }
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    find()
    if (rows.includes(target) && target.hidden) {
      form.reset()
      form.sale.value = "any"
      find()
    }
    fold()
    if (picked.size) compare()
    if (rows.includes(target)) requestAnimationFrame(() => target.scrollIntoView({ block: "center" })) // what was added has moved it
  }
  recall()
}

// A finger or pointer near a mark of a chart names it.
const NEAR = 22 // px
function tell({ target, clientX, clientY }) {
  const figure = target.closest?.(".hb-chart")
  if (!figure || !target.closest("svg")) return
  let nearest, least = NEAR
  for (const mark of figure.querySelectorAll("path[data-gpu]:not(.hb-out)")) {
    const box = mark.getBoundingClientRect()
    const away = Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY)
    if (away < least) [nearest, least] = [mark, away]
  }
  if (nearest) figure.querySelector(".hb-chart__told").textContent = nearest.textContent
}
for (const event of ["click", "pointermove"]) document.addEventListener(event, tell)

const board = document.querySelector(".hb-gpus")
if (board) setUp(board)
