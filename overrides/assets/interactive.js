// What the interactive figures share: fields and numbers of the page's HTML, pictures, charts, pointing.

const tidy = new Intl.NumberFormat("en", { maximumFractionDigits: 20, useGrouping: true })
const raised = power => String(power).replace(/./g, sign => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)])

/** A number as it is read: with so many digits, far from 1 as a power of ten. */
export function shown(value, digits = 12) {
  if (typeof value === "string") return value
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–"
  const [mantissa, power] = value.toExponential(digits - 1).split("e").map(Number)
  const text = value && (power < -4 || power > 8)
    ? `${mantissa} × 10${raised(power)}`
    : tidy.format(Number(value.toPrecision(digits)))
  return text.replace("-", "−")
}
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key] ?? "–")

/**
 * Lets a figure live: `update(values, svg, width)` draws, and returns its numbers by name.
 * It is called with the values of all fields at each change, if all can be used.
 * Returns `set(values)`, which changes fields as a reader would.
 */
export function figure(root, update) {
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  const said = root.querySelector("[role=status]"), words = JSON.parse(root.dataset.words)
  const fields = [...form.elements].filter(field => field.name)
  let telling, width = 0

  function run(tell) {
    const values = {}
    let wrong
    for (const field of fields) {
      const good = field.disabled || field.validity.valid
      if (good) field.removeAttribute("aria-invalid")
      else field.setAttribute("aria-invalid", true)
      if (!good) wrong ??= field
      values[field.name] = field.localName === "select" ? field.value : Number(field.value)
    }
    for (const mark of form.querySelectorAll("[data-of]")) mark.textContent = shown(values[mark.dataset.of])
    const numbers = wrong ? {} : update(values, svg, width), texts = {}
    for (const place of root.querySelectorAll("[data-number]")) {
      const { number, digits } = place.dataset, value = numbers[number]
      texts[number] = value === undefined ? "–" : shown(value, Number(digits) || undefined)
      const told = document.createElement("data")
      told.value = value ?? ""
      told.textContent = texts[number]
      place.replaceChildren(told)
    }
    root.toggleAttribute("data-wrong", Boolean(wrong))
    clearTimeout(telling)
    if (wrong) {
      const name = wrong.ariaLabel ?? wrong.closest("label").firstChild.textContent
      said.textContent = fill(words.wrong, { name, low: shown(Number(wrong.min)), high: shown(Number(wrong.max)) })
    } else if (root.dataset.ready) {
      telling = setTimeout(() => { said.textContent = fill(words.said, texts) }, 800) // once it rests
    }
  }
  form.addEventListener("submit", event => event.preventDefault())
  form.addEventListener("input", run)
  form.addEventListener("reset", () => setTimeout(run))
  new ResizeObserver(() => {
    if (!root.isConnected || !svg.clientWidth || svg.clientWidth === width) return
    width = svg.clientWidth
    run()
    root.dataset.ready = "done"
  }).observe(svg)
  return values => {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value
    run()
  }
}

/** Where on a picture a pointer is pressed or drawn along, in its own coordinates. */
export function point(svg, at) {
  const tell = event => {
    const box = svg.getBoundingClientRect()
    at(event.clientX - box.left, event.clientY - box.top)
  }
  svg.addEventListener("pointerdown", event => {
    if (event.button) return
    svg.setPointerCapture(event.pointerId)
    tell(event)
  })
  svg.addEventListener("pointermove", event => {
    if (svg.hasPointerCapture(event.pointerId)) tell(event)
  })
}

/** A grey picture: width, height, and its values from 0 to 1, row by row. */
export async function photograph(address) {
  const image = new Image()
  image.src = address
  await image.decode()
  const { width, height } = image
  const canvas = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d")
  canvas.drawImage(image, 0, 0)
  const { data } = canvas.getImageData(0, 0, width, height)
  return { width, height, values: Float64Array.from({ length: width * height }, (_, at) => data[4 * at] / 255) }
}

/** Such values as a part of a drawing, from black at `low` to white at `high`. */
export function image({ width, height, values }, [x, y, size], low = 0, high = 1) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height })
  const drawn = new ImageData(width, height)
  values.forEach((value, at) => {
    drawn.data.fill(255 * (value - low) / (high - low), 4 * at, 4 * at + 3)
    drawn.data[4 * at + 3] = 255
  })
  canvas.getContext("2d").putImageData(drawn, 0, 0)
  const tall = size * height / width
  return `<image href="${canvas.toDataURL()}" x="${x}" y="${y}" width="${size}" height="${tall}"/>`
}

/** The map that a 3×3 kernel makes of a picture: at each position weights times pixels, added up. */
export function convolve({ width, height, values }, weights) {
  const across = width - 2, map = new Float64Array(across * (height - 2))
  for (let at = 0; at < map.length; at++) {
    const first = Math.floor(at / across) * width + at % across
    weights.forEach((weight, i) => { map[at] += weight * values[first + Math.floor(i / 3) * width + i % 3] })
  }
  return { width: across, height: height - 2, values: map }
}

/** A frame that is seen on light and dark. */
export const frame = (x, y, width, height = width) =>
  ["under", "over"].map(kind => `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}"/>`).join("")

/** `value`, and no less or more than the ends. */
export const within = (low, value, high) => Math.max(low, Math.min(high, value))

/** From numbers to places on a picture; `log` if equal ratios are equally far apart. */
export function scale(low, high, start, end, log = false) {
  const of = log ? Math.log10 : value => value
  const from = of(low), long = of(high) - from
  const at = value => start + within(0, (of(value) - from) / long, 1) * (end - start)
  at.back = place => {
    const value = from + (place - start) / (end - start) * long
    return log ? 10 ** value : value
  }
  // Between two and about six ticks, at 1, 2 or 5 of a power of ten; if logarithmic, at whole powers.
  let step = 10 ** Math.floor(Math.log10(long / 2))
  if (log) step = Math.max(1, Math.ceil(long / 6))
  else if (long / step > 12) step *= 5
  else if (long / step > 6) step *= 2
  at.ticks = []
  for (let n = Math.ceil(from / step - 1e-9); n * step <= from + long + 1e-9; n++)
    at.ticks.push(log ? 10 ** (n * step) : n * step)
  at.label = value => log && (value > 1000 || value < 0.01) ? `10${raised(Math.round(Math.log10(value)))}` : shown(value, 4)
  Object.assign(at, { start, end })
  return at
}

/** The ticks of two scales with their numbers; what they count is told above and below. */
export function axes(x, y, across = "", up = "") {
  const [left, right] = [x.start, x.end].sort((a, b) => a - b)
  const grid = [...x.ticks.map(t => `M${x(t)} ${y.start}V${y.end}`), ...y.ticks.map(t => `M${x.start} ${y(t)}H${x.end}`)]
  const below = across && x.ticks.map(t => `<text x="${x(t)}" y="${y.start + 15}" text-anchor="middle">${x.label(t)}</text>`).join("")
  return `<path class="grid" d="${grid.join("")}"/><g class="ticks">${below}`
    + y.ticks.map(t => `<text x="${left - 5}" y="${y(t) + 4}" text-anchor="end">${y.label(t)}</text>`).join("") + "</g>"
    + `<text x="${right}" y="${y.start + 32}" text-anchor="end">${across}</text><text x="0" y="${y.end - 10}">${up}</text>`
}

/** A line through points, of a kind that the legend names. */
export const line = (points, kind) =>
  `<polyline class="line ${kind}" points="${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}"/>`

/** A place that is pointed out: a line across the picture. */
export const mark = (x, from, to) => `<path class="mark" d="M${x} ${from}V${to}"/>`
