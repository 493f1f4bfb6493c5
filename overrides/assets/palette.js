// Sets the colours before the first paint: the reader's choice, or else the system's.
{
  const saved = __md_get("__palette")
  const system = "(prefers-color-scheme)"
  let color = saved && saved.color
  if (!color || color.media === system) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
    const input = document.querySelector(`[data-md-color-media="(prefers-color-scheme: ${dark ? "dark" : "light"})"]`)
    color = { ...color, scheme: input.getAttribute("data-md-color-scheme") }
  }
  for (const [key, value] of Object.entries(color)) document.body.setAttribute("data-md-color-" + key, value)
}
