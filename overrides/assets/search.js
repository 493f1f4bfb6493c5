// The search. What is looked through lies in search/index.json (made by search_index.py) and is fetched when a
// reader first turns to it. A word is found wherever it stands in a text: Chinese has no blanks to cut at.
const CJK = /[\u3400-\u9fff]/
const BETWEEN = /(?:[\s,?!;:"'()，。？！、；：“”‘’（）「」]|\.(?=\s|$))+/
// Words that say how one asks and not for what.
const IDLE = new Set("a an and any are as at be best by can could do does for from get good has have how i if in is it many me much my need of on one or shall should so than that the this to use vs was way we what when where which who why will with would you your".split(" "))
const IDLE_ZH = /是什么|什么是|为什么|什么|怎么办|怎么样|怎么|怎样|如何|多少(?!钱)|多大|哪个|哪块|哪种|哪些|可以|需要|应该|够用|一下|吗|呢|的|了|和|与|请|我/g
const SHOWN = 10, GPUS = 3, AROUND = 60 // results, of these GPUs by name; characters round a found word

/** The words of a query that say what is looked for. */
export function split(query) {
  const text = query.normalize("NFKC").toLowerCase()
  const parts = text.replace(IDLE_ZH, " ").split(BETWEEN).flatMap(part => part.match(/[\u3400-\u9fff]+|[^\u3400-\u9fff]+/g) ?? [])
  const kept = parts.filter(part => !IDLE.has(part))
  return kept.length ? kept : parts.length ? parts : [text.trim()].filter(Boolean)
}

/** How often a word begins in a text; a Latin one not inside another word. */
function count(text, word) {
  let found = 0
  const anywhere = CJK.test(word[0])
  for (let at = text.indexOf(word); at >= 0 && found < 9; at = text.indexOf(word, at + word.length))
    if (anywhere || at === 0 || !/[a-z0-9]/.test(text[at - 1])) found++
  return found
}

export class Index {
  constructor({ pages, terms, alike, gpus }) {
    this.pages = pages.map(([url, title, about, weight, sections]) => ({
      url, title, weight,
      named: `${title} ${url.replaceAll(/[/-]/g, " ")}`.toLowerCase(),
      about: about.toLowerCase(),
      sections: sections.map(([id, heading, text]) => ({ id, heading, text, head: heading.toLowerCase(), low: text.toLowerCase() })),
    }))
    this.size = this.pages.reduce((sum, page) => sum + page.sections.length, 0)
    this.gpus = gpus
    this.alike = [...terms.map(([names]) => names), ...alike].map(group => group.map(name => name.toLowerCase()))
    this.explained = new Map(terms.flatMap(([names, url]) => names.map(name => [name.toLowerCase(), url])))
  }

  /** A word, and other words for the same thing. */
  variants(word) {
    const found = new Set([word])
    if (/^[a-z]{3,}s$/.test(word)) found.add(word.slice(0, -1))
    for (const group of this.alike) if (group.some(name => found.has(name))) group.forEach(name => found.add(name))
    return [...found]
  }

  /** Where a word stands: section → how much it is about it. */
  places(word) {
    const words = this.variants(word), found = new Map()
    for (const page of this.pages)
      for (const section of page.sections) {
        let text = 0, head = 0
        for (const each of words) {
          text += count(section.low, each)
          head += count(section.head, each)
        }
        if (text || head) found.set(section, text / (text + 1.5 + section.low.length / 2500) + (head ? 1.5 : 0))
      }
    return found
  }

  /** What a page's name and description say of a word. */
  named(page, word) {
    const words = this.variants(word)
    return (words.some(each => count(page.named, each)) ? 3 : 0) + (words.some(each => count(page.about, each)) ? 1.5 * word.split(" ").length : 0)
      + (words.some(each => this.explained.get(each) === page.url) ? 2 : 0)
  }

  /** Words to look for, with where each stands: a long Chinese one that stands nowhere is cut, and several Latin
   * ones are looked for side by side, as they were typed, as well. */
  looked(query) {
    const words = split(query)
    const found = words.flatMap(word => {
      const places = this.places(word)
      if (places.size || !CJK.test(word) || word.length < 3 || !globalThis.Intl?.Segmenter) return [[word, places]]
      const parts = new Intl.Segmenter("zh", { granularity: "word" }).segment(word)
      return [...parts].map(part => [part.segment, this.places(part.segment)])
    })
    const together = query.trim().toLowerCase()
    if (words.length > 1 && !CJK.test(together)) {
      const places = this.places(together)
      if (places.size || this.pages.some(page => count(page.about, together))) found.push([together, places])
    }
    return found
  }

  /** The results for a query, best first: `url`, `title`, `heading`, `text`, and the `words` found. */
  find(query) {
    const looked = this.looked(query), words = looked.map(([word]) => word)
    const weights = looked.map(([, places]) => Math.log(1 + this.size / (1 + places.size)))
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    const pages = []
    for (const page of this.pages) {
      let score = 0, covered = 0
      const sections = new Map()
      looked.forEach(([word, places], i) => {
        let most = 0, sum = 0
        for (const section of page.sections) {
          const value = places.get(section) ?? 0
          most = Math.max(most, value)
          sum += value
          if (value) sections.set(section, (sections.get(section) ?? 0) + weights[i] * value)
        }
        const value = most + Math.log(1 + sum) / 2 + this.named(page, word)
        if (value) {
          score += weights[i] * value
          covered += weights[i]
        }
      })
      if (!score) continue
      const [best] = [...sections].sort((a, b) => b[1] - a[1])[0] ?? [page.sections[0]]
      const place = { url: page.url + (best?.id ? `#${best.id}` : ""), heading: best?.id ? best.heading : "", text: best?.text ?? "" }
      pages.push({ ...place, title: page.title, words, score: score * (covered / all) ** 2 * page.weight })
    }
    return [...this.byName(words), ...pages.sort((a, b) => b.score - a.score)].slice(0, SHOWN)
  }

  /** GPUs that a query calls by a number of theirs ("4090", "m3 max") or by their name: those first that it names
   * most of. */
  byName(words) {
    const table = this.pages.find(page => page.url === "guide/table/")
    const asked = new Set(words.flatMap(word => word.split(/[\s/-]+/)))
    const numbers = [...asked].filter(word => /\d/.test(word) && word.length > 1)
    const called = []
    for (const [id, name] of table ? this.gpus : []) {
      const parts = name.toLowerCase().split(/[\s/()-]+/).filter(Boolean)
      const number = numbers.some(each => parts.some(part => part.startsWith(each)))
      if (!number && !parts.every(part => asked.has(part))) continue
      const named = [...asked].filter(word => parts.some(part => part.startsWith(word))).length
      const whole = parts.filter(part => asked.has(part)).length
      called.push({ id, name, score: named + whole / parts.length })
    }
    called.sort((a, b) => b.score - a.score)
    return called.slice(0, GPUS).map(({ id, name }) => ({ url: `${table.url}#${id}`, title: name, heading: table.title, text: "", words: [] }))
  }
}

/** A piece of a text round the first of some words, and what of it is to be marked: [[text, marked], …]. */
export function excerpt(text, words) {
  const low = text.toLowerCase()
  const starts = words.map(word => low.indexOf(word)).filter(at => at >= 0)
  const from = Math.max(0, Math.min(...starts, text.length) - AROUND)
  const piece = (from ? "…" : "") + text.slice(starts.length ? from : 0, (starts.length ? from : 0) + 3 * AROUND)
  if (!words.length) return [[piece, false]]
  const any = new RegExp(`(${words.map(word => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|")})`, "gi")
  return piece.split(any).map((part, i) => [part, i % 2 === 1])
}

const attached = new WeakSet()

/** Let a dialog search; it is open already, and something may have been typed. */
export function attach(dialog) {
  if (attached.has(dialog)) return
  attached.add(dialog)
  const [input, told, list] = ["input", "[role=status]", "ol"].map(name => dialog.querySelector(name))
  const home = new URL(dialog.dataset.index, location.href).href.replace(/search\/index\.json$/, "")
  let index
  const make = (name, text) => Object.assign(document.createElement(name), { textContent: text })
  const fetched = () => (index ??= fetch(`${home}search/index.json`).then(answer => answer.json()).then(data => new Index(data)).catch(error => {
    index = undefined // the next letter tries again
    throw error
  }))

  function item(result) {
    const link = document.createElement("a")
    link.href = home + result.url
    link.append(make("strong", result.title))
    if (result.heading) link.append(make("span", result.heading))
    const text = make("p", "")
    text.append(...excerpt(result.text, result.words).map(([part, marked]) => marked ? make("mark", part) : part))
    if (result.text) link.append(text)
    const entry = document.createElement("li")
    entry.append(link)
    return entry
  }

  async function show() {
    const query = input.value
    let found
    try {
      found = query.trim() ? (await fetched()).find(query) : []
    } catch (error) {
      told.textContent = String(error)
      return
    }
    if (query !== input.value) return // typed on meanwhile
    list.replaceChildren(...found.map(item))
    const { none, one, other } = dialog.dataset
    told.textContent = query.trim() ? [none, one][found.length] ?? other.replace("#", found.length) : ""
  }

  input.addEventListener("input", show)
  dialog.querySelector("form").addEventListener("submit", event => {
    event.preventDefault()
    list.querySelector("a")?.click()
  })
  dialog.querySelector("button").addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", event => {
    if (event.target === dialog || event.target.closest("a")) dialog.close() // beside it, or a result
  })
  dialog.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const stops = [input, ...list.querySelectorAll("a")]
    stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus()
  })
  fetched().catch(() => {})
  show()
}
