// An LSTM of one unit, step by step: what comes in, how far the gates open, and what is remembered.
import { axes, figure, line, mark, point, scale, within } from "./interactive.js"

const STEPS = 30
const rounded = value => Math.round(20 * value) / 20
const every = of => Array.from({ length: STEPS }, (_, at) => of(at))
const SEQUENCES = {
  pulses: every(at => ({ 3: 0.8, 12: 0.4, 20: 1 })[at] ?? 0),
  wave: every(at => rounded(Math.sin(2 * Math.PI * at / 10))),
  block: every(at => at >= 5 && at < 15 ? 0.5 : 0),
}
// Rows i, f, g, o as torch stacks them; columns: weight of x, weight of h, bias.
const CELLS = {
  keep: [30, 0, -6, -30, 0, 6, 1, 0, 0, 0, 0, 4],
  sum: [0, 0, 6, 0, 0, 6, 0.5, 0, 0, 0, 0, 6],
  fresh: [0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0],
  open: [0, 0, 4, 0, 0, -4, 2, 0, 0, 0, 0, 4],
}
const names = Array.from({ length: 12 }, (_, at) => `w${Math.floor(at / 3)}${at % 3}`)
const sigmoid = value => 1 / (1 + Math.exp(-value))

/** Gates and states of all steps: [i, f, g, o, c, h] each. */
export function unroll(weights, sequence) {
  let h = 0, c = 0
  return sequence.map(x => {
    const [i, f, g, o] = [0, 3, 6, 9].map(at => {
      const total = weights[at] * x + weights[at + 1] * h + weights[at + 2]
      return at === 6 ? Math.tanh(total) : sigmoid(total)
    })
    c = f * c + i * g
    h = o * Math.tanh(c)
    return [i, f, g, o, c, h]
  })
}

export function attach(root) {
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  const words = JSON.parse(root.dataset.words), { at, value, cell, sequence } = form.elements
  let x = [...SEQUENCES.pulses], across, first
  form.addEventListener("input", ({ target }) => {
    const weights = target === cell && CELLS[cell.value]
    if (weights) weights.forEach((weight, place) => { form.elements[names[place]].value = weight })
    if (target.type === "number") cell.value = "own"
    if (target === sequence && SEQUENCES[sequence.value]) x = [...SEQUENCES[sequence.value]]
    if (target === value) {
      x[at.value] = Number(value.value)
      sequence.value = "drawn"
    } else value.value = x[at.value]
  })
  form.addEventListener("reset", () => { x = [...SEQUENCES.pulses] })

  const set = figure(root, (values, _, width) => {
    const steps = unroll(names.map(name => values[name]), x)
    across = scale(0, STEPS - 1, 34, width - 6)
    first = scale(-1, 1, 86, 18)
    const gate = scale(0, 1, 208, 122)
    const far = Math.max(1, ...steps.map(([, , , , c]) => Math.abs(c)))
    const state = scale(-far, far, 330, 244)
    const curve = (place, y, kind) => line(steps.map((step, t) => [across(t), y(step[place])]), kind)
    const bars = x.map((value, t) => {
      const [top, bottom] = [first(Math.max(value, 0)), first(Math.min(value, 0))]
      return `<rect class="bar" x="${across(t) - 3}" y="${top}" width="6" height="${Math.max(bottom - top, 0.5)}"/>`
    }).join("")
    svg.style.height = "366px"
    svg.setAttribute("viewBox", `0 0 ${width} 366`)
    svg.innerHTML = axes(across, first, "", words.x) + bars
      + axes(across, gate, "", words.opening) + curve(0, gate, "a") + curve(1, gate, "b") + curve(3, gate, "c")
      + axes(across, state, words.step, words.states) + curve(4, state, "a") + curve(5, state, "b")
      + mark(across(values.at), 12, 330)
    const [i, f, g, o, c, h] = steps[values.at]
    return { x: x[values.at], i, f, g, o, c, h }
  })
  point(svg, (left, down) => {
    const step = within(0, Math.round(across.back(left)), STEPS - 1)
    if (down < 100) {
      x[step] = rounded(within(-1, first.back(down), 1))
      sequence.value = "drawn"
    }
    set({ at: step, value: x[step] })
  })
}
