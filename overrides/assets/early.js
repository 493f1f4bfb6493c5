// What the theme's script would change once the whole page is there, and every element be styled anew for it.
{
  const root = document.documentElement
  root.classList.replace("no-js", "js")
  root.classList.add("js-focus-visible")
  root.setAttribute("data-js-focus-visible", "")
}

// What the theme's script expects to find before it starts. One scope for both editions, so that a reader's
// choice of colours holds in either language.
var __md_scope = new URL("../..", document.currentScript.src)
var __md_hash = text => [...text].reduce((hash, char) => (hash << 5) - hash + char.charCodeAt(0), 0)
var __md_get = (key, storage = localStorage, scope = __md_scope) =>
  JSON.parse(storage.getItem(scope.pathname + "." + key))
var __md_set = (key, value, storage = localStorage, scope = __md_scope) => {
  try {
    storage.setItem(scope.pathname + "." + key, JSON.stringify(value))
  } catch {
    // Private windows may refuse; the choice then lasts for this page.
  }
}
