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
    if (document.getElementById("__search")?.checked) return
    event.stopImmediatePropagation()
  }, true)

  // The menu and the search of a narrow screen open with real buttons.
  for (const button of document.querySelectorAll("[data-hb-toggle]")) {
    const toggle = document.getElementById(button.dataset.hbToggle)
    button.addEventListener("click", () => {
      toggle.click()
      if (!toggle.checked) return
      if (toggle.id === "__search") document.querySelector(".md-search__input").focus()
      else setTimeout(() => firstInDrawer()?.focus(), 300) // once it has slid in
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

  // The other language: same page, and the section that the reader is at.
  const language = document.querySelector("[data-hb-language]")
  function follow() {
    if (!language || !location.pathname.startsWith(home.pathname)) return
    const path = location.pathname.slice(home.pathname.length)
    language.href = new URL(`../${language.dataset.hbLanguage}/${path}${location.hash}`, home)
  }
  for (const name of ["pointerdown", "focus", "click"]) language?.addEventListener(name, follow, true)

  // Whatever scrolls sideways can be reached and scrolled with the keyboard, and says what it is.
  const wide = ".md-content__inner .md-typeset__scrollwrap, .ns-figure"
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

  let first = true
  window.document$?.subscribe(() => {
    follow()
    setTimeout(reach)
    // A link to a content tab opens that tab.
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (target instanceof HTMLInputElement && target.name.startsWith("__tabbed_")) target.checked = true
    // A new page without a reload: move the focus to it, as a reload would, so that it is read out.
    if (!first) {
      const heading = document.querySelector(".md-content h1")
      if (heading && !location.hash) {
        heading.tabIndex = -1
        heading.focus({ preventScroll: true })
      }
    }
    first = false
  })
  root.classList.add("hb-ready")
})()
