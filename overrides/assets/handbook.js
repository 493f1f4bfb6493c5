// What the theme leaves out: keyboard, focus and the link to the other language.
(() => {
  const root = document.documentElement
  const config = JSON.parse(document.getElementById("__config").textContent)
  const home = new URL(config.base + "/", location.href)

  // Single keys must not act (WCAG 2.1.4): the theme binds these and offers no switch. Text fields keep them.
  const keys = new Set(["p", "n", "f", "s", ",", ".", "/"])
  addEventListener("keydown", event => {
    if (!keys.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof Element && event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return
    event.stopImmediatePropagation()
  }, true)

  // The menu of a narrow screen opens with a real button.
  for (const button of document.querySelectorAll("[data-hb-toggle]")) {
    const toggle = document.getElementById(button.dataset.hbToggle)
    button.addEventListener("click", () => {
      toggle.click()
      if (!toggle.checked) return
      setTimeout(() => firstInDrawer()?.focus(), 300) // once it has slid in
    })
    if (button.hasAttribute("aria-expanded"))
      toggle.addEventListener("change", () => button.setAttribute("aria-expanded", toggle.checked))
  }
  function firstInDrawer() {
    return [...document.querySelectorAll(".md-nav--primary :is(a[href], label[tabindex])")].find(element => {
      const box = element.getBoundingClientRect()
      return box.width > 0 && box.left >= 0 && box.left < innerWidth
    })
  }
  for (const label of document.querySelectorAll(".md-nav--primary label[for]:not([for=__drawer])")) label.tabIndex = 0
  addEventListener("keydown", event => {
    const drawer = document.getElementById("__drawer")
    if (event.key !== "Escape" || !drawer.checked) return
    drawer.click()
    document.querySelector(".hb-button--menu")?.focus()
  })

  // The search is fetched when it is first wanted. What is typed meanwhile waits in its box.
  const dialog = document.querySelector("dialog.hb-search")
  function search() {
    if (dialog.open) return
    dialog.showModal()
    dialog.querySelector("input").select()
    import(new URL("assets/search.js", home)).then(({ attach }) => attach(dialog))
  }
  for (const button of document.querySelectorAll("[data-hb-search]")) button.addEventListener("click", search)
  addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    search()
  })

  // The other language: same page, and the section that the reader is at.
  const language = document.querySelector("[data-hb-language]")
  function follow() {
    if (!language || !location.pathname.startsWith(home.pathname)) return
    const path = location.pathname.slice(home.pathname.length)
    language.href = new URL(`../${language.dataset.hbLanguage}/${path}${location.hash}`, home)
  }
  for (const name of ["pointerdown", "focus", "click"]) language?.addEventListener(name, follow, true)

  // Whatever scrolls sideways can be reached and scrolled with the keyboard, and says what it is.
  const wide = ".md-content__inner .md-typeset__scrollwrap, .ns-figure, .hb-formula"
  function reach() {
    for (const element of document.querySelectorAll(wide)) {
      const scrolls = element.scrollWidth > element.clientWidth + 1
      if (scrolls === element.hasAttribute("tabindex")) continue
      if (scrolls) {
        element.tabIndex = 0
        element.setAttribute("role", "group")
        element.setAttribute("aria-label", language?.dataset.hbScroll ?? "")
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name)
      }
    }
  }
  let waiting
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(reach)
  })

  // The theme wraps every copy button in a landmark of its own; a page full of those helps nobody.
  let quieting
  window.component$?.subscribe(() => {
    clearTimeout(quieting)
    quieting = setTimeout(() => {
      for (const bar of document.querySelectorAll("nav.md-code__nav:not([role])")) bar.setAttribute("role", "presentation")
    })
  })

  // A number of the catalogue tells its source: under the mouse, with the focus, or at the first tap. Its
  // title holds the words, a line each, so that they are there without scripts too.
  const telling = "a.hb-number, .hb-gpus td a[href], a.hb-note"
  let told, box, leaving, tapped
  function tell(link) {
    clearTimeout(leaving)
    if (told === link) return
    hush()
    if (!link.title) return
    told = link
    link.dataset.about = link.title
    link.removeAttribute("title") // the browser would show it as well
    const [title, ...notes] = link.dataset.about.split("\n")
    box ??= Object.assign(document.createElement("div"), { id: "hb-about" })
    const name = document.createElement(notes.length ? "a" : "span")
    if (notes.length) name.href = link.href
    name.textContent = title
    box.replaceChildren(name, ...notes.map(note => Object.assign(document.createElement("span"), { textContent: note })))
    document.querySelector(".md-content article")?.append(box)
    link.setAttribute("aria-describedby", box.id)
    place()
  }
  function hush() {
    clearTimeout(leaving)
    if (!told) return
    told.title = told.dataset.about
    told.removeAttribute("data-about")
    told.removeAttribute("aria-describedby")
    box.remove()
    told = undefined
  }
  function place() {
    if (!told) return
    const at = told.getBoundingClientRect()
    if (!told.isConnected || at.bottom < 0 || at.top > innerHeight) return hush()
    const below = at.bottom + box.offsetHeight + 8 < innerHeight
    box.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - box.offsetHeight - 4)}px`
    box.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8))}px`
  }
  const linkOf = event => event.target instanceof Element ? event.target.closest(telling) : null
  const inBox = event => Boolean(box) && event.target instanceof Node && box.contains(event.target)
  addEventListener("pointerover", event => {
    if (event.pointerType !== "mouse") return
    const link = linkOf(event)
    if (link) tell(link)
    else if (inBox(event)) clearTimeout(leaving)
    else if (told && told !== document.activeElement) {
      clearTimeout(leaving)
      leaving = setTimeout(hush, 200) // time to move into the box
    }
  })
  addEventListener("focusin", event => {
    const link = linkOf(event)
    if (link?.matches(":focus-visible")) tell(link)
    else if (!link && !inBox(event)) hush()
  })
  addEventListener("pointerdown", event => {
    const link = linkOf(event)
    tapped = event.pointerType === "mouse" || told === link ? undefined : link
    if (!link && !inBox(event)) hush()
  }, true)
  addEventListener("click", event => {
    const link = linkOf(event)
    if (!link || (link !== tapped && !link.matches(".hb-note"))) return
    event.preventDefault() // a second tap follows the link
    event.stopPropagation()
    tell(link)
  }, true)
  addEventListener("keydown", event => {
    if (event.key === "Escape") hush()
  })
  for (const name of ["scroll", "resize"]) addEventListener(name, place, { capture: true, passive: true })

  // The script of an interactive figure is fetched when the figure comes near.
  const near = new IntersectionObserver(seen => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue
      near.unobserve(target)
      import(new URL(`assets/interactive-${target.dataset.figure}.js`, home)).then(({ attach }) => attach(target))
    }
  }, { rootMargin: "50%" })

  window.document$?.subscribe(() => {
    follow()
    setTimeout(reach)
    for (const figure of document.querySelectorAll(".hb-interactive")) near.observe(figure)
    // A link to a content tab opens that tab.
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (target instanceof HTMLInputElement && target.name.startsWith("__tabbed_")) target.checked = true
  })
})()
