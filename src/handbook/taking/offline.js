// For a copy of the site that is opened from a file: browsers give a page there no modules and no fetch, so both
// are had from plain scripts beside them. archive.py puts this first into every page, and `offline.` before each
// `import(` and `fetch(`.
const offline = (() => {
  const loaded = new Map(), waiting = new Map()

  /** What a script beside the page hands to `define`, by the script's address. */
  function script(address) {
    if (!loaded.has(address)) loaded.set(address, new Promise((resolve, reject) => {
      waiting.set(address, resolve)
      const element = Object.assign(document.createElement("script"), { src: address })
      element.addEventListener("error", () => reject(new Error(address)))
      document.head.append(element)
    }))
    return loaded.get(address)
  }

  /** Called by a module that became a script: `make` gets a function that imports others, relative to itself. */
  function define(make) {
    const { src } = document.currentScript
    const made = make(address => script(new URL(address, src).href))
    if (waiting.has(src)) waiting.get(src)(made)
    else loaded.set(src, made)
  }

  /** Called by data that became a script. */
  const got = value => waiting.get(document.currentScript.src)(value)

  // The address of a folder shows a list of files.
  for (const name of ["click", "auxclick"]) addEventListener(name, event => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null
    if (link?.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html"
  }, true)

  return {
    define, got,
    import: address => script(new URL(address, location.href).href),
    fetch: async address => {
      const value = await script(`${new URL(address, location.href).href}.js`)
      return { ok: true, json: async () => value }
    },
  }
})()
