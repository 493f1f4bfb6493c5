// A kernel that the reader writes, laid over the photograph as F.conv2d does it.
import { convolve, figure, frame, image, photograph, point, within } from "./interactive.js"

const PRESETS = {
  vertical: [[-1, 0, 1, -2, 0, 2, -1, 0, 1], 1],
  horizontal: [[-1, -2, -1, 0, 0, 0, 1, 2, 1], 1],
  blur: [[1, 1, 1, 1, 1, 1, 1, 1, 1], 9],
  sharpen: [[0, -1, 0, -1, 5, -1, 0, -1, 0], 1],
}
const SIZE = 3, GAP = 8
const names = Array.from({ length: SIZE * SIZE }, (_, at) => `w${Math.floor(at / SIZE)}${at % SIZE}`)

export async function attach(root) {
  const photo = await photograph(root.dataset.photo)
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  let side, map
  const set = figure(root, (values, svg, width) => {
    const weights = names.map(name => values[name] / values.divisor)
    map = convolve(photo, weights)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const [black, white] = Math.abs(sum) < 1e-9 ? [-2, 2] : [0, 1] // as in the figure that is proved
    side = (width - GAP) / 2
    const right = side + GAP, pixel = side / photo.width, cell = side / map.width
    const { row, column } = values
    svg.style.height = `${side}px`
    svg.setAttribute("viewBox", `0 0 ${width} ${side}`)
    svg.innerHTML = image(photo, [0, 0, side]) + image(map, [right, 0, side], black, white)
      + frame(column * pixel, row * pixel, SIZE * pixel)
      + frame(right + (column - 1) * cell, (row - 1) * cell, SIZE * cell)
    let least = Infinity, most = -Infinity, total = 0
    for (const value of map.values) {
      least = Math.min(least, value)
      most = Math.max(most, value)
      total += value
    }
    return { here: map.values[row * map.width + column], least, most, mean: total / map.values.length, black, white }
  })
  form.elements.preset.addEventListener("input", ({ target }) => {
    if (!PRESETS[target.value]) return
    const [weights, divisor] = PRESETS[target.value]
    set({ ...Object.fromEntries(weights.map((weight, at) => [names[at], weight])), divisor })
  })
  form.addEventListener("input", ({ target }) => {
    if (target.type === "number") form.elements.preset.value = "own"
  })
  point(svg, (x, y) => {
    const left = x < side + GAP / 2
    const at = (value, size) => within(0, Math.floor(value / side * size) - (left ? 1 : 0), map.width - 1)
    const size = left ? photo.width : map.width
    set({ column: at(left ? x : x - side - GAP, size), row: at(y, size) })
  })
}
