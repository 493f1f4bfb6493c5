// The roofline of one GPU, and a matrix product under it.
import { axes, figure, line, mark, point, scale } from "./interactive.js"

const BYTES = { fp32: 4, tf32: 4, fp16: 2, bf16: 2 }

/** FLOP per byte of (rows × inputs) times (inputs × outputs), each matrix moved once. */
export const intensity = ({ rows, inputs, outputs, format }) =>
  2 * rows * inputs * outputs / (BYTES[format] * (rows * inputs + inputs * outputs + rows * outputs))

export function attach(root) {
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  const words = JSON.parse(root.dataset.words), { gpu, format, peak, bandwidth, rows } = form.elements
  const link = root.querySelector("figcaption a"), table = link.href
  // What a GPU of the catalogue can do; a format whose rate is not known cannot be chosen.
  function fill({ target } = {}) {
    if (target === peak || target === bandwidth) gpu.value = "own"
    const known = gpu.selectedOptions[0].dataset
    for (const option of format.options) option.disabled = gpu.value !== "own" && !known[option.value]
    if (format.selectedOptions[0].disabled) format.value = [...format.options].find(option => !option.disabled).value
    link.href = gpu.value === "own" ? table : `${table}#${gpu.value}`
    if (gpu.value === "own" || target && target !== gpu && target !== format) return
    peak.value = known[format.value]
    bandwidth.value = known.bandwidth
  }
  form.addEventListener("input", fill)
  form.addEventListener("reset", () => setTimeout(fill))
  fill()

  let across
  const set = figure(root, (values, _, width) => {
    const top = values.peak * 1e12, speed = values.bandwidth * 1e9
    const ridge = top / speed, here = intensity(values), rate = Math.min(top, speed * here)
    across = scale(0.1, 10000, 62, width - 10, true)
    const y = scale(top / 1e5, top * 3, 226, 24, true)
    svg.style.height = "262px"
    svg.setAttribute("viewBox", `0 0 ${width} 262`)
    const place = value => [across(value), y(Math.min(top, speed * value))]
    svg.innerHTML = axes(across, y, words.across, words.up)
      + line([Math.max(0.1, top / 1e5 / speed), ridge].map(place), "a") + line([ridge, 10000].map(place), "b")
      + mark(across(ridge), 24, 226) + `<circle cx="${across(here)}" cy="${y(rate)}" r="7"/>`
    const flop = 2 * values.rows * values.inputs * values.outputs
    return {
      intensity: here,
      ridge,
      rate: rate / 1e12,
      share: 100 * rate / top,
      time: flop / rate * 1e6,
      bound: here < ridge ? words.memory : words.compute,
    }
  })
  // As many rows as it takes to be under the place that is touched.
  point(svg, x => {
    const wanted = across.back(x), { inputs, outputs } = form.elements
    const [k, n] = [Number(inputs.value), Number(outputs.value)], b = BYTES[format.value]
    const rest = 2 * k * n - wanted * b * (k + n)
    set({ rows: rest > 0 ? Math.max(1, Math.min(Number(rows.max), Math.round(wanted * b * k * n / rest))) : rows.max })
  })
}
