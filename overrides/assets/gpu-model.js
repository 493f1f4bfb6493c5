// The reader's own model, fetched when there is one: a file's text → its workload, as gpuguide.choice.workload
// reads it, and what an address can hold of it. The tests compare both readers.
export const MOST = 300_000 // characters of a file; a model has some thousand
const ROOM = 4000 // characters that an address may give to a model

/** A file's text → its workload, looked at field by field; throws [what is wrong, where]. */
export function read(text, [version, all, numbers, parts, phases, kinds, splits, longest, greatest]) {
  const wrong = (what, place) => { throw [what, place] }
  const need = (good, place) => good || wrong("field", place)
  const keys = (value, place, exact, known) => {
    need(value && typeof value === "object" && !Array.isArray(value), place)
    const found = Object.keys(value)
    need(exact ? found.length === exact.length && exact.every(key => found.includes(key)) : found.length && found.every(key => known.includes(key)), place)
    return found
  }
  const line = (value, place) => need(typeof value === "string" && value && [...value].length <= longest && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value), place)
  const number = (value, place, least) => need(typeof value === "number" && value >= least && value <= greatest, place)
  const list = (value, place) => need(Array.isArray(value), place)
  const pair = (value, place) => {
    need(Array.isArray(value) && value.length === 2, place)
    for (const one of value) number(one, place, -greatest)
  }
  if (text.length > MOST) wrong("long")
  let file
  try {
    file = JSON.parse(text.replace(/^\ufeff/, ""))
  } catch {
    wrong("json")
  }
  try {
    keys(file, "", ["version", "workload"])
  } catch {
    wrong("shape")
  }
  if (file.version !== version) wrong("version", JSON.stringify(file.version).slice(0, 20))
  const one = file.workload
  keys(one, "workload", all)
  line(one.id, "id")
  line(one.dtype, "dtype")
  for (const name of ["name", "item", "step", "assumes"])
    for (const language of keys(one[name], name, ["en", "zh"])) {
      const place = `${name}.${language}`, said = one[name][language]
      if (name === "assumes") list(said, place)
      for (const sentence of name === "assumes" ? said : [said]) line(sentence, place)
    }
  number(one.items, "items", 1)
  number(one.blas, "blas", 0)
  need(typeof one.training === "boolean", "training")
  need(splits.includes(one.split), "split")
  pair(one.reserve, "reserve")
  for (const phase of keys(one.peaks, "peaks", null, phases))
    for (const part of keys(one.peaks[phase], `peaks.${phase}`, null, parts)) pair(one.peaks[phase][part], `peaks.${phase}.${part}`)
  list(one.work, "work")
  need(one.work.length, "work")
  one.work.forEach((work, index) => {
    const place = `work.${index}`
    keys(work, place, ["kind", "phase", "dtype", ...numbers])
    need(kinds.includes(work.kind), `${place}.kind`)
    need(phases.includes(work.phase), `${place}.phase`)
    line(work.dtype, `${place}.dtype`)
    for (const name of numbers) pair(work[name], `${place}.${name}`)
  })
  return one
}

/** Text → what an address can hold of it, or "" where it is too long or the browser too old. */
export async function pack(text) {
  try {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"))
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
    const packed = bytes.length > ROOM ? "" : btoa(String.fromCharCode(...bytes)).replace(/=+$/, "")
    return packed.length > ROOM ? "" : packed.replaceAll("+", "-").replaceAll("/", "_")
  } catch {
    return ""
  }
}
/** And back; "" where it is none. Text that grows beyond a file's measure is cut off. */
export async function unpack(packed) {
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), one => one.charCodeAt(0))
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream()).getReader()
    for (let text = ""; ;) {
      const { done, value } = await reader.read()
      if (done) return text
      text += value
      if (text.length > MOST) return ""
    }
  } catch {
    return ""
  }
}
