// Rent or buy: what both cost over the years, with the reader's own prices.
import { axes, figure, line, mark, point, scale, within } from "./interactive.js"

const LONGEST = 6, WEEKS = 52

export function attach(root) {
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  const words = JSON.parse(root.dataset.words), { gpu, price, watts } = form.elements
  const link = root.querySelector("figcaption a"), table = link.href
  function fill({ target } = {}) {
    if (target === price) gpu.value = "own"
    link.href = gpu.value === "own" ? table : `${table}#${gpu.value}`
    if (gpu.value === "own" || target && target !== gpu) return
    const known = gpu.selectedOptions[0].dataset
    price.value = known.seen_new ?? known.seen_used
    watts.value = known.power
  }
  form.addEventListener("input", fill)
  form.addEventListener("reset", () => setTimeout(fill))
  fill()

  let across
  const set = figure(root, (values, _, width) => {
    const { weekly, years } = values
    const running = (values.watts + values.rest) / 1000 * values.kwh
    const saved = values.rate - running, lost = values.price - values.resale
    const even = saved > 0 ? Math.max(0, lost) / saved : Infinity // hours
    const rent = after => values.rate * weekly * WEEKS * after
    const buy = after => lost + running * weekly * WEEKS * after
    across = scale(0, LONGEST, 62, width - 10)
    const y = scale(0, 1.05 * Math.max(rent(LONGEST), buy(LONGEST), buy(0), 1), 226, 24)
    svg.style.height = "262px"
    svg.setAttribute("viewBox", `0 0 ${width} 262`)
    const draw = (cost, kind) => line([0, LONGEST].map(after => [across(after), y(cost(after))]), kind)
    svg.innerHTML = axes(across, y, words.across, words.up) + draw(rent, "b") + draw(buy, "a") + mark(across(years), 24, 226)
    const cheaper = rent(years) < buy(years) ? words.renting : words.buying
    return {
      running,
      saved,
      even: Number.isFinite(even) ? even : words.never,
      even_years: Number.isFinite(even) ? even / weekly / WEEKS : words.never,
      rented: rent(years),
      bought: buy(years),
      cheaper,
    }
  })
  point(svg, x => set({ years: within(0, Math.round(2 * across.back(x)) / 2, LONGEST) }))
}
