// A gradient on its way back through fifty steps: a recurrent unit without gates, and one with them.
import { axes, figure, line, mark, point, scale, within } from "./interactive.js"

const STEPS = 50, LEAST = 1e-16, MOST = 1e16
const sigmoid = value => 1 / (1 + Math.exp(-value))
const wave = (size, step) => size * Math.sin(2 * Math.PI * step / 11) // the sunspots' rhythm

/** Factors by which a step multiplies the gradient of h: of h = tanh(weight × h + x). */
export function plain(weight, size) {
  let h = 0
  return Array.from({ length: STEPS }, (_, at) => {
    h = Math.tanh(weight * h + wave(size, at + 1))
    return weight * (1 - h * h)
  })
}

/** The same of c, in an LSTM whose candidate is that tanh: it lets in as much as it forgets, and half of c out. */
export function gated(weight, size, bias) {
  const f = sigmoid(bias), i = sigmoid(-bias), o = 0.5
  let c = 0
  return Array.from({ length: STEPS }, (_, at) => {
    const squashed = Math.tanh(c), g = Math.tanh(weight * o * squashed + wave(size, at + 1))
    c = f * c + i * g
    return f + i * (1 - g * g) * weight * o * (1 - squashed * squashed)
  })
}

/** What is left after so many steps back, from none to all. */
export function back(factors) {
  let left = 1
  return [1, ...factors.reverse().map(factor => left *= factor)]
}

export function attach(root) {
  const svg = root.querySelector("svg"), words = JSON.parse(root.dataset.words)
  let across
  const set = figure(root, ({ weight, size, bias, steps }, _, width) => {
    const without = back(plain(weight, size)), having = back(gated(weight, size, bias))
    across = scale(0, STEPS, width - 10, 62)
    const y = scale(LEAST, MOST, 226, 24, true)
    const curve = (values, kind) => line(values.map((value, k) => [across(k), y(Math.max(Math.abs(value), LEAST))]), kind)
    svg.style.height = "262px"
    svg.setAttribute("viewBox", `0 0 ${width} 262`)
    svg.innerHTML = axes(across, y, words.across, words.up) + curve(without, "b") + curve(having, "a")
      + mark(across(steps), 18, 226)
    return { plain: without[steps], gated: having[steps], forget: sigmoid(bias) }
  })
  point(svg, x => set({ steps: within(0, Math.round(across.back(x)), STEPS) }))
}
