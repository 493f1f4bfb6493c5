// The chooser: the reader's answers → GPUs in order. Coefficients, figures, words and HTML are Python's
// (choose.json, data-words, data-templates); here they are evaluated and filled in as gpuguide.choice and
// handbook.boards.chooser do, which the tests compare.

// ---------------------------------------------------------------- Choosing: gpuguide.choice, gpuguide.cost.speed
const at = ([fixed, each], items) => Math.max(0, fixed + each * items)
const sum = values => values.reduce((total, value) => total + value, 0)
const middle = range => Math.sqrt(range[0] * range[1])

/** Part → bytes in the phase that needs most. */
function peak(workload, items) {
  let most, top = -1
  for (const phase of Object.values(workload.peaks)) {
    const parts = Object.entries(phase).map(([part, line]) => [part, at(line, items)])
    const total = sum(parts.map(part => part[1]))
    if (total > top) [most, top] = [parts, total]
  }
  return [most, top]
}

const eachOf = (workload, wishes) => {
  const items = wishes.items ?? workload.items
  return workload.split === "data" ? items / wishes.count : items
}

/** Bytes that each GPU must have. */
function required(workload, wishes, gpu) {
  const each = eachOf(workload, wishes)
  let total = peak(workload, each)[1] + at(workload.reserve, each)
  if (workload.split === "weights") total /= wishes.count
  return total + (gpu.workspace ?? 0) * workload.blas + (gpu.context?.[1] ?? 0)
}

/** Seconds before work starts, the share of the peak rate that is reached in FLOP/s, cycles per FLOP,
 * share of the bandwidth, cycles per byte, and the processor's seconds per operator and per launch:
 * gpuguide.speed. */
function figures({ operators, persistent }, gpu, { kind, phase, dtype }) {
  const cell = kind === "persistent" && !persistent.gpus.includes(gpu.id) ? "recurrent" : kind
  const row = operators[phase === "backward" ? `${cell}-backward` : cell]
  const tensor = gpu.peaks.tf32 && ["convolution", "pointwise", "grouped", "depthwise", "recurrent", "persistent"].includes(kind)
  const type = dtype === "float16" || dtype === "bfloat16" ? "half" : tensor ? "tf32" : "float32"
  const [start, share, flop, memory, byte] = row[type]
  const rate = gpu.peaks[type === "tf32" && dtype === "float32" ? type : dtype]
  return [start, rate * share * (type === "half" ? gpu.products : 1), flop, memory, byte, ...row.host]
}

/** Seconds of one step on one GPU, [low, high], or null where unknown. */
function timeOf(data, workload, items, gpu) {
  if (gpu.bandwidth === null) return null
  let busy = 0, launching = 0
  for (const work of workload.work) {
    const [flops, nbytes, launches, count] = [work.flops, work.nbytes, work.launches, work.count].map(line => at(line, items))
    const [start, rate, flop, memory, byte, each, launch] = figures(data.efficiency, gpu, work)
    if (flops && !rate) return null
    const arithmetic = flops && flops * Math.max(1 / rate, flop / gpu.clocks)
    busy += launches * start + Math.max(arithmetic, nbytes * Math.max(1 / (gpu.bandwidth * memory), byte / gpu.clocks))
    launching += count * each + launches * launch
  }
  const longer = Math.max(busy, launching)
  const middle = longer && longer * (1 + (Math.min(busy, launching) / longer) ** data.together) ** (1 / data.together)
  return [middle / gpu.spread, middle * gpu.spread]
}

/** Seconds of one step on all GPUs together. */
function duration(data, workload, wishes, gpu) {
  const { count } = wishes
  const time = timeOf(data, workload, eachOf(workload, wishes), gpu)
  if (!time || count === 1) return time
  if (workload.split === "weights") return [time[0] / 2, time[1]]
  if (gpu.link === null) return null
  const bytes = Math.max(...Object.values(workload.peaks).map(parts => parts.gradients?.[0] ?? 0))
  return [time[0], time[1] + 2 * (count - 1) / count * bytes / gpu.link]
}

function priceOf({ prices, currency, condition, count }, gpu) {
  if (gpu.id in prices) return [prices[gpu.id] * count, "own"]
  const { launch, ...seen } = gpu.prices[currency] ?? {}
  const found = Object.entries(seen).filter(([kind]) => condition === "either" || condition === kind)
    .map(([kind, price]) => [price[4] * count, kind]).sort(([a], [b]) => a - b)
  if (found.length) return found[0]
  if (!launch || condition === "used" || gpu.sale === "used") return [null, ""]
  return [launch[4] * count, "launch"]
}

/** Whether the reader can have it as wished: bought, or in a form that was asked for. */
function sold({ condition, forms: asked, unsold }, { sale, forms, stock }) {
  if (sale === "new" || sale === "used") return condition !== "new" || sale === "new" || stock
  if (sale === "laptop" || sale === "data centre") return unsold || forms.some(form => asked?.includes(form) && ["laptop", "module", "cloud"].includes(form))
  return unsold
}

/** Watts of the power supply that all together want, or undefined. */
const supplyOf = ({ count }, { supply, power }) => supply === null || count > 1 && power === null ? undefined : supply + power * (count - 1)

/** One GPU: with a `code` it is dropped; `unknown` says that what decided is not known. */
function consider(data, workload, wishes, gpu) {
  const { id: gpuId, memory } = gpu
  const drop = (code, more) => ({ gpu: gpuId, code, ...more })
  if (wishes.software && !wishes.software.includes(gpu.software)) return drop("software")
  if (wishes.system && !gpu.systems.includes(wishes.system)) return drop("system", { unknown: !gpu.systems.length })
  if (wishes.forms && !gpu.forms.some(form => wishes.forms.includes(form))) return drop("form")
  if (gpu.market && !wishes.markets.includes(gpu.market)) return drop("market")
  if (!sold(wishes, gpu)) return drop("sale", { unknown: !gpu.sale })
  const lacks = gpu.support.find(code => code === "kernels" || workload.work.some(one => one.dtype === "bfloat16"))
  if (lacks) return drop("support", { lacks })
  if (memory === null) return drop("memory", { unknown: true })
  const need = required(workload, wishes, gpu)
  if (need > memory * (1 - wishes.margin)) return drop("memory", { need })
  const seconds = duration(data, workload, wishes, gpu)
  if (wishes.max_seconds !== null && (!seconds || seconds[1] > wishes.max_seconds)) return drop("time", { seconds, unknown: !seconds })
  const [price, kind] = priceOf(wishes, gpu)
  if (wishes.max_price !== null && (price === null || price > wishes.max_price)) return drop("price", { price, unknown: price === null })
  const power = gpu.power === null ? null : gpu.power * wishes.count
  if (wishes.max_power !== null && (power === null || power > wishes.max_power)) return drop("power", { power, unknown: power === null })
  if (gpu.forms.includes("card")) {
    const supply = supplyOf(wishes, gpu)
    if (wishes.supply !== null && !(supply <= wishes.supply)) return drop("supply", { supply, unknown: supply === undefined })
    const room = (asked, found) => asked === null || found !== null && found <= asked
    if (!room(wishes.length, gpu.length) || !room(wishes.slots, gpu.slots && gpu.slots * wishes.count))
      return drop("size", { unknown: gpu.slots === null || wishes.length !== null && gpu.length === null })
  }
  return { gpu: gpuId, need, memory, seconds, price, kind, power }
}

const usual = ({ seconds }) => seconds ? middle(seconds) : Infinity

/** What an option is ranked by, the less the better, or null where unknown. */
function valueOf(option, goal) {
  const { price, seconds } = option
  if (goal === "time") return seconds && middle(seconds)
  return goal === "value" ? seconds && price !== null ? middle(seconds) * price : null : option[goal]
}

/** gpuguide.choice.choose.ranked */
function ranked(found, goal) {
  const group = one => goal === "value" || goal === "price" ? { launch: 1, "": 2 }[one.kind] ?? 0 : 0
  const dearer = (one, price) => Math.min(...found.filter(other => valueOf(other, goal) !== null && group(other) === group(one) && other.price > price).map(other => valueOf(other, goal)))
  return [...found].sort(by(one => {
    const price = goal === "value" ? one.price ?? Infinity : Infinity, value = valueOf(one, goal)
    return [group(one), value ?? dearer(one, price), value !== null, price, usual(one), one.gpu]
  }))
}
/** Two compared by their keys, part by part. */
const by = key => (one, other) => {
  const a = key(one), b = key(other), place = a.findIndex((value, index) => value !== b[index])
  return place < 0 ? 0 : a[place] < b[place] ? -1 : 1
}

// Weights split over two cards need no second sequence.
const leastOf = (workload, wishes) => workload.split === "data" ? wishes.count : 1

/** As gpuguide.choose.choose; `wrong` names the wish that makes no sense. */
export function choose(data, workload, wishes) {
  const items = wishes.items ?? workload.items
  if (!(items >= leastOf(workload, wishes))) return { wrong: "items" }
  if (!(wishes.margin >= 0 && wishes.margin < 1)) return { wrong: "margin" }
  if (!(wishes.hours > 0 && wishes.hours <= 168)) return { wrong: "hours" }
  const found = data.gpus.map(gpu => consider(data, workload, wishes, gpu))
  return { options: ranked(found.filter(one => !one.code), wishes.goal), rejected: found.filter(one => one.code) }
}

const today = () => new Date().toISOString().slice(0, 10)
const ofToday = ({ kind }) => kind && kind !== "launch"

/** Price of an hour: the reader's, else the lowest that was seen. */
const hourly = ({ hourly: own, currency }, { id, rents }) => own[id] ?? rents[currency]?.[0]

/** One card, a runner-up, the cheapest, what to rent, and from which price of an hour on: gpuguide.choice.picks. */
export function pick(data, workload, wishes, { options }) {
  const [first, next] = options
  const fits = (more, wanted) => data.gpus.filter(wanted).map(gpu => consider(data, workload, { ...wishes, ...more }, gpu)).filter(one => !one.code)
  const fresh = first?.kind === "used" ? ranked(fits({ condition: "new" }, gpu => gpu.id !== first.gpu).filter(one => one.kind === "new"), wishes.goal) : []
  const cheapest = options.filter(ofToday).reduce((low, one) => low && low.price <= one.price ? low : one, null)
  const anywhere = { unsold: true, forms: null, max_price: null, max_power: null, supply: null, length: null, slots: null, system: null, condition: "either" }
  const hours = new Map(data.gpus.map(gpu => [gpu.id, hourly(wishes, gpu)]))
  const rent = fits(anywhere, gpu => gpu.sale === "data centre" || hours.get(gpu.id) !== undefined)
    .sort(by(one => [one.seconds ? (hours.get(one.gpu) ?? Infinity) * usual(one) : Infinity, one.memory, usual(one), one.gpu]))
  return {
    first: first ?? null,
    second: fresh[0] ?? next ?? null,
    cheapest,
    rent: rent[0] ?? null,
    hour: first && ofToday(first) && first.price ? first.price / wishes.hours / 52 : null,
  }
}

/** Those with a price of today and a known time, and of them those that none beats in both. */
export function front({ options }) {
  const found = options.filter(one => ofToday(one) && one.seconds)
  const line = []
  for (const one of [...found].sort(by(one => [one.price, usual(one), one.gpu])))
    if (!line.length || usual(one) < usual(line.at(-1))) line.push(one)
  return [line, found]
}

/** What speaks against it, as far as the catalogue knows. */
function against({ kind, power }, gpu, { count, markets }) {
  const day = today()
  const found = {
    software: gpu.software !== "cuda",
    market: gpu.market,
    restricted: gpu.restricted && markets.includes("China"),
    used: gpu.sale === "used",
    stock: gpu.sale === "new" && !ofToday({ kind }) && !gpu.stock,
    old: gpu.release && gpu.release + "-12-31".slice(gpu.release.length - 4) <= day.slice(0, 4) - 5 + day.slice(4),
    power: gpu.forms.includes("card") && power > 225 * count,
  }
  return Object.keys(found).filter(code => found[code])
}

// ---------------------------------------------------------------- Language models: gpuguide.choice.language
/** One token for each of some sequences a step. */
export function language({ bits, mxfp4, prefill, name, form, assumes, item, step }, model, kind, context) {
  const { layers, width, heads, kv_heads, head, inner, words, experts, active, window, every } = model
  const [rest, packed] = kind === "mxfp4" ? [16, mxfp4] : [bits[kind], bits[kind]]
  const mixed = 3 * layers * experts * width * inner
  const shared = layers * (width * head * (2 * heads + 2 * kv_heads) + (experts ? width * experts : 3 * width * inner) + 2 * width) + words * width * (model.tied ? 1 : 2) + width
  const whole = window ? Math.floor(layers / every) : layers
  const seen = whole * context + (layers - whole) * Math.min(context, window)
  const share = experts ? active / experts : 0, cache = 4 * kv_heads * head * seen
  const common = shared * rest / 8, chosen = mixed * packed / 8
  const read = shared - (model.tied ? 0 : words * width)
  const average = three(8 * (common + chosen) / (shared + mixed))
  const said = text => fill(text, { name: model.name, bits: average, context: plain(context), prefill })
  const part = (kind, flops, nbytes, launches) => ({ kind, phase: "forward", dtype: "float16", flops, nbytes, launches: [launches, 0], count: [0, 0] })
  return {
    id: `${model.id}-${kind}`, items: 1, training: false, dtype: "float16", split: "weights", reserve: [0, 0], blas: 1,
    name: Object.fromEntries(Object.entries(name).map(([tag, text]) => [tag, fill(text, { name: model.name, form: form[kind][tag] })])),
    assumes: Object.fromEntries(Object.entries(assumes).map(([tag, texts]) => [tag, texts.map(said)])),
    item, step,
    peaks: { forward: { parameters: [common + chosen, 0], inputs: [0, cache], activations: [prefill * (2 * inner * (active || 1) + 4 * width) * 2, words * 4] } },
    work: [part("matmul", [0, 2 * (read + share * mixed)], [read * rest / 8, share * chosen], 8 * layers), part("attention", [0, 4 * heads * head * seen], [0, cache], 2 * layers)],
  }
}

/** Id → what makes a workload of a context, or of what is usual. */
export function known(data) {
  const rules = data.language
  const found = new Map(data.workloads.map(one => [one.id, () => one]))
  for (const model of rules.models)
    for (const kind of model.bits ? [model.bits] : Object.keys(rules.bits)) {
      const usual = Math.min(rules.context, model.most)
      found.set(`${model.id}-${kind}`, Object.assign((context = usual) => language(rules, model, kind, context), { usual, most: model.most }))
    }
  return found
}

// ---------------------------------------------------------------- Numbers and words: handbook.chooser.digits, words
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key])
const format = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 })
const plain = value => format.format(value)
const three = value => value >= 100 ? plain(Number(value.toFixed(0))) : String(Number(value.toPrecision(3)))
const gigabytes = nbytes => (nbytes / 1e9).toFixed(1)
const capacity = nbytes => plain(Number(gigabytes(nbytes)))
const size = nbytes => nbytes < 1e8 ? `${three(nbytes / 1e6)}\u00a0MB` : `${gigabytes(nbytes)}\u00a0GB`
const escape = text => text.replace(/[&<>"]/g, one => `&#${one.charCodeAt(0)};`)

const UNITS = { h: 3600, min: 60, s: 1, ms: 1e-3 }

/** The answer's HTML: handbook.boards.chooser, in the same order. */
class Answer {
  constructor(data, { language, table, guide, words, templates, parts }) {
    Object.assign(this, { data, language, table, guide, words: JSON.parse(words), templates: JSON.parse(templates) })
    const [order, merged, codes, first] = JSON.parse(parts)
    Object.assign(this, { order, merged, codes, first })
    this.gpus = new Map(data.gpus.map(gpu => [gpu.id, gpu]))
  }

  say(key, values = {}) {
    return fill(this.words[key], values)
  }

  put(name, values) {
    return fill(this.templates[name], values)
  }

  of(workload, wishes, all) {
    const choice = choose(this.data, workload, wishes)
    const item = escape(workload.item[this.language])
    const query = this.query(workload, wishes)
    if (choice.wrong) {
      const text = this.say(`wrong-${choice.wrong}`, { count: leastOf(workload, wishes), item })
      return this.put("lead", { text })
    }
    const { options, rejected } = choice
    const found = pick(this.data, workload, wishes, choice)
    this.unit = this.unitOf(options.length ? options : [found.rent ?? {}], workload, wishes)
    const shown = all ? options : options.slice(0, this.first)
    const items = shown.map((one, place) => this.option(one, options[0], workload, wishes, place)).join("")
    const [text, last] = this.lead(options, workload, wishes)
    const more = options.length <= this.first ? "" : this.put("more", {
      text: all ? this.say("fewer", { count: this.first }) : this.say("more", { count: options.length }),
    })
    const short = this.put("lead", { text }) + this.picks(found, choice, workload, wishes)
    if (this.guide) return short + this.put("all", { guide: this.guide, text: this.words["all-questions"] })
    return short + this.front(choice, workload, wishes)
      + this.put("ranking", { title: this.words.ranking, query, last }) + this.parts(choice, workload, wishes)
      + (items && this.put("options", { items })) + more + this.dropped(rejected, wishes)
  }

  lead(options, workload, { goal, count: cards }) {
    const count = options.length
    if (!count) return [this.say("nothing", { item: escape(workload.item[this.language]) }), ""]
    const missing = options.filter(one => valueOf(one, goal) === null).length
    const { gpu, kind } = options[0]
    if (missing === count && !(goal === "value" && kind)) return [this.say(options.some(one => one.seconds) ? "first-unknown" : "first-unordered", { count }), ""]
    const unsure = valueOf(options[0], goal) === null, money = goal === "value" || goal === "price"
    const rival = unsure && options.find(one => valueOf(one, goal) !== null && (one.kind === "launch") === (kind === "launch"))
    const key = count === 1 ? "first-only" : rival ? "first-untimed" : goal === "price" || unsure ? `first-price-${kind}` : goal === "value" && kind === "launch" ? "first-value-launch" : `first-${goal}`
    const text = this.say(key, { name: this.name(gpu, cards), count, best: rival && this.name(rival.gpu, cards) })
    const later = options.filter(one => one.kind === "launch").length
    const last = money && later && kind !== "launch" ? [this.say("last-launch", { count: later })] : []
    if (missing && !unsure) last.push(this.say(`last-${goal}`, { count: missing }))
    return [text, last.join(this.words.sentence)]
  }

  /** handbook.boards.chooser.picks */
  picks({ first, second, cheapest, rent, hour }, choice, workload, wishes) {
    const row = (role, text, label = role) => this.put("pick", { role, label: this.say(`pick-${label}`), text })
    const fresh = first?.kind === "used" && second?.kind === "new"
    const low = one => one?.gpu === cheapest?.gpu && one?.kind === cheapest?.kind // the same may be had new and used
    let items = first ? row("first", this.bought(first, workload, wishes, low(first))) : ""
    if (second) items += row("second", this.bought(second, workload, wishes, low(second)), fresh ? "second-new" : "second")
    if (cheapest && !low(first) && !low(second)) items += row("cheapest", this.bought(cheapest, workload, wishes))
    else if (first && !cheapest) items += row("cheapest", this.say("pick-unpriced", { count: choice.options.length, currency: this.words[`${wishes.currency}-name`] }))
    return this.put("picks", { items: items + row("rent", rent ? this.rented(rent, hour, workload, wishes) : this.words["pick-unrented"]) })
  }

  facts(one, workload, wishes) {
    return { left: gigabytes(one.memory - one.need), memory: capacity(one.memory), pace: this.pace(one, workload, wishes), price: this.price(one, wishes) }
  }

  bought(one, workload, wishes, lowest) {
    const texts = [this.say("pick", this.facts(one, workload, wishes))]
    if (lowest) texts.push(this.words["pick-lowest"])
    const gpu = this.gpus.get(one.gpu)
    const supply = supplyOf(wishes, gpu)
    const values = { software: this.words[gpu.software], market: this.words[`market-${gpu.market}`], year: gpu.release.slice(0, 4), power: one.power === null ? "" : plain(one.power), supply: supply && plain(supply) }
    const list = against(one, gpu, wishes).map(code => this.say(`against-${code === "power" && supply ? "supply" : code}`, values)).join(this.words.comma)
    if (list) texts.push(this.say("pick-against", { list }))
    return this.named(one, texts, wishes)
  }

  rented(one, even, workload, wishes) {
    const facts = this.facts(one, workload, wishes), hours = plain(wishes.hours)
    const money = value => this.money(value, wishes.currency)
    const gpu = this.gpus.get(one.gpu), each = hourly(wishes, gpu) * wishes.count
    if (isNaN(each)) {
      const texts = [this.say("rented", facts)]
      if (even !== null) texts.push(this.say("rented-even", { hours, hour: money(even) }))
      return this.named(one, texts, wishes)
    }
    const own = one.gpu in wishes.hourly, [, , day, until, , market] = gpu.rents[wishes.currency] ?? []
    const key = own ? "rented-priced" : `rented-seen${today() <= until ? "" : "-old"}`
    const texts = [this.say(key, { ...facts, hours, price: money(each), year: this.say(wishes.currency, { value: three(each * wishes.hours * 52) }), market: this.words[`market-${market}`], date: day?.slice(0, 7) })]
    if (even !== null && each) texts.push(this.say("rented-for", { count: three(even / each * wishes.hours * 52), years: three(even / each) }))
    return this.named(one, texts, wishes)
  }

  named({ gpu }, texts, { count }) {
    const name = this.put("link", { link: `${this.table}#${gpu}`, name: this.name(gpu, count) })
    return this.say("pick-named", { name, text: texts.join(this.words.sentence) })
  }

  /** handbook.boards.chooser.front */
  front(choice, workload, wishes) {
    const [line, found] = front(choice)
    if (line.length < 2) return ""
    const share = (value, all) => {
      const low = Math.min(...all), high = Math.max(...all)
      return high > low ? Math.log(value / low) / Math.log(high / low) : 0
    }
    const prices = found.map(one => one.price || 1), times = found.map(usual), names = line.map(one => one.gpu)
    const place = one => [18 + 288 * share(one.price || 1, prices), 26 + 110 * share(usual(one), times)].map(value => value.toFixed(1))
    const dots = [...found].sort((one, other) => names.includes(one.gpu) - names.includes(other.gpu)).map(one => {
      const [x, y] = place(one)
      const kind = one === choice.options[0] ? "first" : names.includes(one.gpu) ? "on" : "off"
      return this.put("dot", { kind, x, y, title: [this.name(one.gpu, wishes.count), this.price(one, wishes), this.pace(one, workload, wishes)].join(this.words.between) })
    }).join("")
    const text = this.say("front", { names: line.map(one => this.name(one.gpu, wishes.count)).join(this.words.comma) })
    return this.put("front", {
      label: text, text, dots, price: this.words["front-price"], speed: this.words["front-speed"],
      ends: this.money(Math.min(...prices), wishes.currency), line: line.map(place).join(" "),
    })
  }

  query(workload, { items, count, software, forms }) {
    return this.say("query", {
      workload: escape(workload.name[this.language]),
      items: three(items ?? workload.items),
      item: escape(workload.item[this.language]),
      cards: this.say(count === 1 ? "query-one" : "query-two"),
      software: this.say(software?.[0] ?? "query-software"),
      form: this.say(forms?.[0] ?? "query-form"),
    })
  }

  /** Part → bytes on each GPU; null where unknown. */
  shares(workload, wishes, gpu) {
    const each = eachOf(workload, wishes)
    const share = workload.split === "weights" ? wishes.count : 1
    const found = Object.fromEntries(this.order.map(part => [part, 0]))
    for (const [part, nbytes] of peak(workload, each)[0]) found[this.merged[part] ?? part] += nbytes / share
    found.allocator += at(workload.reserve, each) / share
    found.system = gpu.context && (gpu.workspace ?? 0) * workload.blas + gpu.context[1]
    return found
  }

  parts({ options, rejected }, workload, wishes) {
    // Where nothing fits, the largest that was tried shows what was too much.
    const small = rejected.filter(one => one.need).sort((a, b) => this.gpus.get(b.gpu).memory - this.gpus.get(a.gpu).memory)
    const one = options[0] ?? small[0]
    if (!one) return ""
    const items = Object.entries(this.shares(workload, wishes, this.gpus.get(one.gpu))).map(([part, nbytes]) =>
      nbytes === null ? this.put("text", { text: this.say("system-unknown") })
        : nbytes >= 5e5 ? this.part(part, size(nbytes)) : "")
    const rest = options.length ? this.part("margin", "") + this.part("free", "") : ""
    return this.put("parts", { title: this.say("parts"), items: items.join("") + rest })
  }

  part(part, text) {
    return this.put("part", { part, name: this.say(`part-${part}`), size: text })
  }

  option(one, first, workload, wishes, place) {
    const { gpu, need, memory, power } = one
    const facts = [
      this.say("fit", { need: gigabytes(need), memory: capacity(memory), free: (100 * (1 - need / memory)).toFixed(0) }),
      this.pace(one, workload, wishes),
      power === null ? this.say("power-unknown") : this.say("power", { power: plain(power) }),
    ]
    return this.put("option", {
      id: gpu,
      link: `${this.table}#${gpu}`,
      name: this.name(gpu, wishes.count),
      price: this.price(one, wishes),
      bar: this.bar(one, workload, wishes),
      facts: facts.join(this.words.between),
      why: this.why(one, first, wishes, place),
      label: this.say("own-for", { name: escape(this.gpus.get(gpu).name) }),
      own: this.say("own"),
    })
  }

  name(gpu, count) {
    const name = escape(this.gpus.get(gpu).name)
    return count === 1 ? name : this.say("two-of", { name })
  }

  /** The largest unit of which the median GPU takes one or more for the job. */
  unitOf(options, workload, wishes) {
    const job = this.data.jobs[workload.id]
    const lows = job ? options.filter(one => one.seconds).map(one => one.seconds[0] * (job[0] / (wishes.items ?? workload.items))).sort((a, b) => a - b) : []
    return lows.length ? Object.keys(UNITS).find(unit => lows[Math.floor(lows.length / 2)] >= UNITS[unit]) ?? "ms" : "s"
  }

  /** How long the whole job takes; of work on demand, how much it does in a second. */
  pace({ seconds }, workload, wishes) {
    if (!seconds) return this.words["time-unknown"]
    const job = this.data.jobs[workload.id], items = wishes.items ?? workload.items
    if (job) return this.say("pace-job", { span: this.span(seconds.map(one => one * (job[0] / items)), this.unit), job: job[1][this.language] })
    const [high, low] = seconds.map(one => three(items / one))
    return this.say(workload.split === "weights" ? "pace-tokens" : "pace-items", { low, high, item: escape(workload.item[this.language]) })
  }

  span(seconds, unit) {
    const [low, high] = seconds.map(one => three(one / UNITS[unit]))
    return this.say("span", { low, high, unit: this.words[unit] })
  }

  money(value, currency) {
    return this.say(currency, { value: plain(value) })
  }

  price({ gpu, price, kind }, { currency, count }) {
    const known = this.gpus.get(gpu).prices
    if (price === null) {
      for (const [other, seen] of Object.entries(known))
        for (const kind of ["new", "used"])
          if (seen[kind]) return this.say("price-elsewhere", { currency: this.words[`${currency}-name`], price: this.price({ gpu, price: seen[kind][4] * count, kind }, { currency: other, count }) })
      return this.say("price-unknown")
    }
    const both = this.money(price, currency)
    const text = count > 1 ? this.say("double", { each: this.money(price / count, currency), both }) : both
    if (kind === "own") return this.say("yours", { price: text })
    const [low, high, day, until, , market] = known[currency][kind]
    const date = day.slice(0, 7)
    if (kind === "launch") return this.say("launch", { price: text, date })
    const range = low < high && count === 1 ? this.say(currency, { value: this.say("range", { low: plain(low), high: plain(high) }) }) : text
    const old = today() <= until ? "" : "-old"
    return this.say(`seen-${kind}${old}`, { price: range, date, market: this.words[`market-${market}`] })
  }

  bar({ gpu, need, memory }, workload, wishes) {
    const free = memory - need
    const margin = Math.min(free, memory * wishes.margin)
    let rects = "", start = 0
    for (const [part, nbytes] of Object.entries({ ...this.shares(workload, wishes, this.gpus.get(gpu)), margin, free: free - margin })) {
      const width = 100 * (nbytes ?? 0) / memory
      if (width >= 0.05) rects += this.put("rect", { part, x: start.toFixed(2), width: width.toFixed(2) })
      start += width
    }
    return this.put("bar", { rects })
  }

  why(one, first, { goal, currency }, place) {
    const value = valueOf(one, goal), best = valueOf(first, goal)
    if ((goal === "value" || goal === "price") && one.kind === "launch" && first.kind !== "launch") return this.words["rank-launch"]
    if (value === null || best === null) return this.say(`rank-unknown-${goal}`) + ((goal === "price" || goal === "power") && one.seconds ? this.words["by-time"] : "")
    if (!place) return this.say(`rank-first-${goal}`)
    if (value === best) return this.words["rank-same"]
    if (goal === "price") return this.say("rank-price", { more: this.money(value - best, currency) })
    if (goal === "value") return this.say("rank-value", { share: (100 * best / value).toFixed(0) })
    if (goal === "power") return this.say("rank-power", { more: plain(value - best) })
    const times = three(value / best)
    return times === "1" ? this.words["rank-same"] : this.say(`rank-${goal}`, { times })
  }

  dropped(rejected, wishes) {
    this.lists = new Map(this.codes.map(code => [code, rejected.filter(one => one.code === code)]))
    this.wishes = wishes
    const groups = this.codes.map(code => {
      const { length: count } = this.lists.get(code)
      return count && this.put("reason", { code, items: "", title: this.say(`code-${code}`), count })
    }).filter(Boolean).join("")
    const title = this.say("dropped", { count: rejected.length, all: this.gpus.size })
    return groups && this.put("dropped", { title, items: groups })
  }

  /** What stands in such a list: made when it is unfolded. */
  list(code) {
    return this.lists.get(code).map(one => this.reject(one, this.wishes)).join("")
  }

  reject(one, wishes) {
    const gpu = this.gpus.get(one.gpu)
    const values = {
      memory: () => ({ need: gigabytes(one.need), usable: gigabytes(gpu.memory * (1 - wishes.margin)), memory: capacity(gpu.memory) }),
      time: () => ({ span: this.span(one.seconds, one.seconds[0] >= 1 ? "s" : "ms") }),
      price: () => ({ price: this.money(one.price, wishes.currency) }),
      power: () => ({ power: plain(one.power) }),
      supply: () => ({ supply: plain(one.supply) }),
      size: () => ({ length: gpu.length === null ? "–" : plain(gpu.length), slots: plain(gpu.slots * wishes.count) }),
      system: () => ({ systems: gpu.systems.map(system => this.words[system]).join(this.words.comma) }),
      software: () => ({ software: this.say(gpu.software) }),
      form: () => ({ form: this.say(gpu.forms[0]) }),
      market: () => ({ market: this.say(`market-${gpu.market}`) }),
      sale: () => ({ sale: this.say(`sale-${gpu.sale}`) }),
      support: () => ({ lacks: this.say(`lacks-${one.lacks}`) }),
    }
    const why = one.unknown ? this.say(`why-${one.code}-unknown`) : this.say(`why-${one.code}`, values[one.code]())
    return this.put("reject", { link: `${this.table}#${gpu.id}`, name: escape(gpu.name), why })
  }
}

// ---------------------------------------------------------------- The page
const TEXT = ["price", "supply", "long", "slots", "time"] // `length` is how many fields a form has
const MINE = "mine", HASH = "#model=", KEPT = "__model"
const MOST = 300_000 // characters of a model's file
const models = () => import("./gpu-model.js") // for whoever has a model of their own
const number = field => field.value.trim() === "" ? null : Number(field.value)

async function setUp(root) {
  const form = root.querySelector("form")
  const fields = form.elements
  const place = root.querySelector(".hb-choose__answer")
  const said = root.querySelector(".hb-choose__said")
  const told = root.querySelector(".hb-choose__share span")
  const rows = form.querySelector(".hb-choose__own")
  const limits = form.querySelector("details")
  const words = JSON.parse(root.dataset.words)
  let data
  try {
    const response = await fetch(root.dataset.src)
    if (!response.ok) throw new Error(response.status)
    data = await response.json()
  } catch {
    told.textContent = words.failed
    return
  }
  const answer = new Answer(data, root.dataset)
  const workloads = known(data)
  let last = workloads.get(root.dataset.default)
  const maker = () => last = workloads.get(fields.run.value) ?? last // the reader's own may be wanting
  const chosen = () => maker()(last.usual && number(fields.context) ? number(fields.context) : undefined)
  const currency = () => fields.money.value
  let all = false, saying, remembering

  function wishes() {
    const prices = {}, hourly = {}
    for (const row of rows.children) {
      const [price, hour] = [...row.querySelectorAll("input")].map(number)
      if (price !== null) prices[row.dataset.gpu] = price
      if (hour !== null) hourly[row.dataset.gpu] = hour
    }
    return {
      ...data.defaults, prices, hourly,
      items: number(fields.batch),
      count: Number(fields.cards.value),
      margin: (number(fields.free) ?? 0) / 100,
      goal: fields.by.value,
      max_seconds: number(fields.time),
      max_price: number(fields.price),
      currency: currency(),
      supply: number(fields.supply),
      length: number(fields.long),
      slots: number(fields.slots),
      condition: fields.buy.value,
      unsold: fields.unsold.checked,
      forms: fields.kind.value ? [fields.kind.value] : null,
      software: fields.on.value === "any" ? null : [fields.on.value],
      system: fields.system.value || null,
      markets: fields.market.checked ? [fields.market.value] : [],
      hours: number(fields.hours) ?? 0,
    }
  }

  function unlist(details, open) {
    const list = details.querySelector("ul")
    if (!list.firstChild) list.innerHTML = answer.list(details.dataset.code)
    if (open) details.open = true
  }
  place.addEventListener("toggle", ({ target }) => target.open && unlist(target), true)

  function update() {
    const open = new Set([...place.querySelectorAll("details[open]")].map(one => one.dataset.code))
    const { usual, most } = maker(), context = number(fields.context)
    const beyond = usual && !(context >= 1 && context <= most)
    place.innerHTML = beyond ? answer.put("lead", { text: fill(words["wrong-context"], { most: plain(most) }) }) : answer.of(chosen(), wishes(), all)
    for (const one of place.querySelectorAll("details")) if (open.has(one.dataset.code)) unlist(one, true)
    clearTimeout(saying)
    saying = setTimeout(() => { said.textContent = place.querySelector(".hb-choose__lead").textContent }, 600) // once the reader pauses
    clearTimeout(remembering)
    remembering = setTimeout(remember, 300)
    told.textContent = ""
    fields.run.nextElementSibling.textContent = fields.run.selectedOptions[0].text
  }

  const assumes = form.querySelector(".hb-choose__assumes")
  // What belongs to the workload: its batch and what it takes for granted.
  function present(items, context) {
    const { usual } = maker(), { language } = root.dataset
    fields.context.value = context ?? usual ?? ""
    fields.context.parentElement.hidden = !usual
    const workload = chosen()
    fields.batch.value = items ?? workload.items
    form.querySelector("[data-batch]").textContent = fill(words.batch, { item: workload.item[language] })
    assumes.textContent = fill(words.assumes, { text: workload.assumes[language].join(words.sentence) })
    show()
  }
  // With the reader's own chosen and still wanting, neither is known.
  function show() {
    panel.hidden = fields.run.value !== MINE
    assumes.hidden = fields.batch.parentElement.hidden = !panel.hidden && !workloads.has(MINE)
  }
  // The reader's own model. Whatever is wrong with it is said, and all else stays as it was.
  const panel = form.querySelector(".hb-choose__mine")
  const heard = panel.querySelector("[role=status]")
  const rules = JSON.parse(root.dataset.file)
  let packed = "", reading // what an address holds of the model; waiting for the end of typing
  const nameOf = workload => workload.name[root.dataset.language]
  function hear(key, place) {
    const keys = { read: ["read"], unshared: ["read", "unshared"], none: ["none"] }[key] ?? [key, "kept"]
    const values = { name: nameOf(chosen()), place, version: rules[0] }
    heard.textContent = keys.map(one => fill(words[`mine-${one}`], values)).join(words.sentence)
    fields.text.ariaInvalid = keys[1] === "kept" ? "true" : null
  }
  function unfold() {
    show()
    fields.forget.hidden = !workloads.has(MINE)
    hear(!workloads.has(MINE) ? "none" : packed ? "read" : "unshared")
  }
  /** A file's text → the same, kept for choosing; throws what is wrong. */
  async function take(text) {
    const { pack, read } = await models()
    const workload = read(text, rules)
    const own = () => workload
    workloads.set(MINE, own)
    packed = ""
    form.querySelector(`[value=${MINE}]`).textContent = fill(words["mine-named"], { name: nameOf(workload) })
    const same = JSON.stringify({ version: rules[0], workload })
    const found = await pack(same)
    if (workloads.get(MINE) === own) packed = found
    return same
  }
  async function keep(text) {
    if (!text) return unfold()
    try {
      __md_set(KEPT, await take(text))
    } catch (wrong) {
      return hear(...wrong)
    }
    fields.run.value = MINE
    present()
    update()
    unfold()
  }
  /** The model in the address, else the one of last time. */
  async function restore() {
    if (location.hash.startsWith(HASH)) {
      const text = await (await models()).unpack(location.hash.slice(HASH.length))
      if (!text) throw ["link"]
      return take(text)
    }
    let text
    try {
      text = __md_get(KEPT)
    } catch {
      // Private windows may refuse.
    }
    if (text) await take(String(text))
  }
  // Everything that names the currency.
  function price() {
    const money = words[`${currency()}-name`]
    form.querySelector("[data-money]").textContent = fill(words["max-price"], { currency: money })
    for (const row of rows.children) {
      const { name } = answer.gpus.get(row.dataset.gpu)
      const labels = row.querySelectorAll("label span")
      labels[0].textContent = fill(words["own-price"], { name, currency: money })
      labels[1].textContent = fill(words["own-hour"], { currency: money })
    }
  }
  function own(id, ...values) {
    if (!answer.gpus.has(id)) return null
    let row = rows.querySelector(`[data-gpu="${id}"]`)
    if (!row) {
      row = rows.appendChild(document.createElement("p"))
      row.dataset.gpu = id
      for (const value of [values[0], values[1]]) {
        const label = row.appendChild(document.createElement("label"))
        const box = document.createElement("input")
        Object.assign(box, { type: "number", min: 0, step: "any", inputMode: "decimal", value: value ?? "" })
        label.append(document.createElement("span"), box)
      }
      const drop = row.appendChild(document.createElement("button"))
      Object.assign(drop, { type: "button", textContent: "×", ariaLabel: fill(words["own-drop"], { name: answer.gpus.get(id).name }) })
      price()
    }
    limits.open = true
    return row
  }

  form.addEventListener("submit", event => event.preventDefault())
  form.addEventListener("input", ({ target }) => {
    if (target.name === "text") {
      clearTimeout(reading)
      reading = setTimeout(() => keep(target.value.trim()), 300)
      return
    }
    if (target.name === "file") {
      target.files[0]?.slice(0, 4 * MOST).text().then(keep)
      return
    }
    if (target.name === "run") {
      if (workloads.has(target.value)) present()
      unfold()
    }
    if (target.name === "context") present(fields.batch.value, target.value)
    if (target.name === "money") price()
    // Nothing runs CUDA on a Mac, and nothing else runs Metal.
    if (target.name === "system") fields.on.value = target.value === "macos" ? "mps" : fields.on.value === "mps" ? "cuda" : fields.on.value
    if (target.name === "card") {
      own(target.value)?.querySelector("input").focus()
      target.value = ""
    }
    update()
  })
  fields.file.addEventListener("click", () => { fields.file.value = "" }) // the same file, mended, is read again
  fields.forget.addEventListener("click", () => {
    workloads.delete(MINE)
    __md_set(KEPT, null)
    fields.text.value = fields.file.value = packed = ""
    fields.run.value = root.dataset.default
    form.querySelector(`[value=${MINE}]`).textContent = words.mine
    present()
    update()
    fields.run.focus()
  })
  rows.addEventListener("click", event => {
    const button = event.target.closest("button")
    if (!button) return
    button.parentElement.remove()
    fields.card.focus()
    update()
  })
  place.addEventListener("click", event => {
    const button = event.target.closest("button")
    if (!button) return
    if (button.value) return own(button.value).querySelector("input").focus()
    all = !all
    update()
    place.querySelector(all ? `li:nth-child(${answer.first + 1}) a` : ".hb-choose__more")?.focus()
  })
  root.querySelector("[name=reset]")?.addEventListener("click", () => {
    form.reset()
    rows.replaceChildren()
    all = false
    present()
    price()
    update()
  })
  root.querySelector("[name=copy]")?.addEventListener("click", async () => {
    remember()
    try {
      await navigator.clipboard.writeText(location.href)
      told.textContent = fields.run.value === MINE && !packed ? words["mine-unshared"] : words.copied
    } catch {
      told.textContent = words.uncopied
    }
  })

  // The address holds the state: what differs from the questions as they were first asked.
  function remember() {
    clearTimeout(remembering)
    if (!root.isConnected) return
    const state = new URLSearchParams()
    const put = (name, value, usual = "") => { if (value !== usual) state.set(name, value) }
    put("run", fields.run.value, root.dataset.default)
    put("batch", fields.batch.value, String(chosen().items))
    put("context", fields.context.value, String(maker().usual ?? ""))
    put("cards", fields.cards.value, "1")
    put("on", fields.on.value, "cuda")
    put("system", fields.system.value)
    put("kind", fields.kind.value)
    put("buy", fields.buy.value, "either")
    put("by", fields.by.value, data.goals[0])
    for (const name of TEXT) put(name, fields[name].value)
    for (const name of ["free", "hours"]) put(name, fields[name].value, fields[name].defaultValue)
    put("money", currency(), fields.money.querySelector("[selected]").value)
    for (const { name, checked, defaultChecked } of [fields.market, fields.unsold]) put(name, checked ? "1" : "0", defaultChecked ? "1" : "0")
    const prices = [...rows.children].map(row => [row.dataset.gpu, ...[...row.querySelectorAll("input")].map(box => box.value)].join(":"))
    put("own", prices.join(","))
    const query = state.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")
    const { hash } = location
    const model = fields.run.value === MINE && packed ? HASH + packed : hash.startsWith(HASH) ? "" : hash
    history.replaceState(history.state, "", location.pathname + (query && `?${query}`) + model)
    for (const link of place.querySelectorAll(".hb-choose__all a")) link.href = answer.guide + (query && `?${query}`) + (model || "#choose")
  }
  function recall(linked) {
    const state = new URLSearchParams(location.search)
    if (linked) state.set("run", MINE)
    form.reset()
    for (const name of ["run", "cards", "on", "system", "kind", "buy", "by", "free", "hours", "money", ...TEXT]) {
      const usual = fields[name].value
      if (state.has(name)) fields[name].value = state.get(name)
      if (!fields[name].value && !TEXT.includes(name)) fields[name].value = usual // no such choice
    }
    for (const box of [fields.market, fields.unsold]) if (state.has(box.name)) box.checked = state.get(box.name) === "1"
    present(state.get("batch"), state.get("context"))
    for (const one of state.get("own")?.split(",") ?? []) own(...one.split(":"))
    price()
    limits.open = rows.children.length > 0 || [...limits.querySelectorAll("[name]")].some(({ name }) => state.has(name))
  }
  let wrong
  const linked = location.hash.startsWith(HASH)
  try {
    await restore()
  } catch (error) {
    wrong = error
  }
  recall(linked)
  update()
  unfold()
  if (wrong) hear(...wrong)
  root.dataset.ready = "done"
}

// An address with another model, opened in the same tab.
addEventListener("hashchange", () => {
  if (location.hash.startsWith(HASH) && document.querySelector(".hb-choose")) location.reload()
})
const board = document.querySelector(".hb-choose")
if (board) setUp(board)
