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
// The search costs nothing until it is used. The theme fetches the index, which grows with the handbook, and starts
// a worker with every page; here the index waits until the reader turns to the search, or comes from a search
// result whose words are to be marked, and the worker until the index is there.
{
  const { open, send } = XMLHttpRequest.prototype
  let wanted = new URLSearchParams(location.search).has("h")
  const waiting = []
  const want = event => {
    if (wanted || !event.target.closest?.(".md-search, #__search, [data-hb-toggle=__search]")) return
    wanted = true
    for (const request of waiting.splice(0)) send.call(request)
  }
  for (const name of ["focusin", "change", "pointerover"]) addEventListener(name, want, true)
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.isSearchIndex = new URL(url, location.href).pathname.endsWith("/search/search_index.json")
    return open.call(this, method, url, ...rest)
  }
  XMLHttpRequest.prototype.send = function (body) {
    if (this.isSearchIndex && !wanted) waiting.push(this)
    else send.call(this, body)
  }
  const Started = Worker
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      this.url = url
    }
    postMessage(message) {
      if (!this.started) {
        this.started = new Started(this.url)
        this.started.addEventListener("message", event => this.dispatchEvent(new MessageEvent("message", { data: event.data })))
      }
      this.started.postMessage(message)
    }
  }
}
