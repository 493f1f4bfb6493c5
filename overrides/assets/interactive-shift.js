// What is left of a shift after pooling: edges of the photograph, shifted, pooled, and compared.
import { convolve, figure, image, photograph, point, within } from "./interactive.js"

const EDGES = [-1, 0, 1, -2, 0, 2, -1, 0, 1]
const SIZE = 80, FIRST = 8, FURTHEST = 8, GAP = 8
const WHITE = 2 // such edges are drawn white

/** A square of the map that begins so many columns further right. */
export function cut({ width, values }, shift) {
  const of = (_, at) => values[(FIRST + Math.floor(at / SIZE)) * width + FIRST + shift + at % SIZE]
  return { width: SIZE, height: SIZE, values: Float64Array.from({ length: SIZE * SIZE }, of) }
}

/** The largest value, or the mean, of each window; windows do not overlap. */
export function pool({ width, values }, window, mean) {
  const side = width / window, pooled = new Float64Array(side * side)
  if (!mean) pooled.fill(-Infinity)
  values.forEach((value, at) => {
    const to = Math.floor(at / width / window) * side + Math.floor(at % width / window)
    pooled[to] = mean ? pooled[to] + value / window ** 2 : Math.max(pooled[to], value)
  })
  return { width: side, height: side, values: pooled }
}

const norm = values => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

/** The norm of the difference over the norm of what was before, of columns that both have. */
export function change(before, after, cells = 0) {
  const { width } = before, kept = [], differ = []
  before.values.forEach((value, at) => {
    if (at % width < cells) return
    kept.push(value)
    differ.push(after.values[at - cells] - value)
  })
  return norm(differ) / norm(kept)
}

export async function attach(root) {
  const photo = await photograph(root.dataset.photo), words = JSON.parse(root.dataset.words)
  const map = convolve(photo, EDGES)
  map.values = map.values.map(Math.abs)
  const svg = root.querySelector("svg")
  const set = figure(root, ({ pooling, shift }, _, width) => {
    const [, kind, window] = pooling.match(/([a-z]+)(\d+)/)
    const pooled = [0, shift].map(by => pool(cut(map, by), Number(window), kind === "mean"))
    const [before, after] = pooled, cells = shift / window
    const differ = { ...before, values: before.values.map((value, at) => Math.abs(after.values[at] - value)) }
    const side = (width - 2 * GAP) / 3, tall = side + 20
    svg.style.height = `${tall}px`
    svg.setAttribute("viewBox", `0 0 ${width} ${tall}`)
    svg.innerHTML = [[before, "before"], [after, "after"], [differ, "differ"]].map(([drawn, name], at) => {
      const x = at * (side + GAP)
      return image(drawn, [x, 0, side], 0, WHITE) + `<text x="${x}" y="${side + 15}">${words[name]}</text>`
    }).join("")
    const whole = Number.isInteger(cells) && cells < before.width
    return { change: change(before, after), cells, along: whole ? change(before, after, cells) : words.between }
  })
  point(svg, x => set({ shift: within(0, Math.round(x / svg.clientWidth * FURTHEST), FURTHEST) }))
}
