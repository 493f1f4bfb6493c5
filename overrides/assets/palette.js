// The colours: the reader's choice, or else the system's. Set before the first paint, and before there is much to style.
{
  const form = document.querySelector("[data-hb-palette]")
  const inputs = [...form.querySelectorAll("input")]
  const dark = matchMedia("(prefers-color-scheme: dark)")
  const bar = Object.assign(document.createElement("meta"), { name: "theme-color" }) // a phone's, around the page
  let index = Math.max(0, Math.min(__md_get("__palette")?.index ?? 0, inputs.length - 1))

  const schemeOf = input => input.getAttribute("data-md-color-scheme")
  const mediaOf = input => input.getAttribute("data-md-color-media")
  function show() {
    const media = mediaOf(inputs[index])
    const system = inputs.find(input => mediaOf(input) === `(prefers-color-scheme: ${dark.matches ? "dark" : "light"})`)
    const scheme = schemeOf(media === "(prefers-color-scheme)" ? system : inputs[index])
    document.body.setAttribute("data-md-color-media", media)
    document.body.setAttribute("data-md-color-scheme", scheme)
    const style = getComputedStyle(document.body)
    document.querySelector("meta[name=color-scheme]").content = style.colorScheme
    bar.content = style.getPropertyValue("--hb-paper")
    inputs.forEach((input, place) => { input.nextElementSibling.hidden = place !== index })
  }
  function choose(next) {
    index = next
    show()
    __md_set("__palette", { index })
  }

  form.addEventListener("change", event => choose(inputs.indexOf(event.target)))
  form.addEventListener("keydown", event => {
    if (event.key !== "Enter") return
    const next = inputs[(index + 1) % inputs.length]
    next.click()
    next.focus()
  })
  dark.addEventListener("change", show)
  show()
  document.head.append(bar)
}
