// Stride, padding and dilation: how large the output is, and which cells each of its cells sees.
import { figure, point, within } from "./interactive.js"

const GAP = 1.6 // cells between input and output

/** Side of the output; 0 if the kernel fits nowhere. */
export const side = ({ size, kernel, stride, padding, dilation }) =>
  Math.max(0, Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1)

/** Rows, or columns, that one place of the output sees; those below 0 or from `size` on are padding. */
export const seen = ({ kernel, stride, padding, dilation }, place) =>
  Array.from({ length: kernel }, (_, at) => place * stride - padding + at * dilation)

export function attach(root) {
  const form = root.querySelector("form"), svg = root.querySelector("svg")
  const words = JSON.parse(root.dataset.words)
  const { row, column } = form.elements
  const settings = () => Object.fromEntries([...form.elements].map(({ name, value }) => [name, Number(value)]))
  // Before all else: what can be chosen is what there is.
  const limit = () => { for (const slider of [row, column]) slider.max = Math.max(0, side(settings()) - 1) }
  form.addEventListener("input", limit)
  form.addEventListener("reset", () => {
    row.max = column.max = row.defaultValue + column.defaultValue // room for the values that come back
    setTimeout(limit)
  })
  limit()

  let cell, left
  const set = figure(root, (values, svg, width) => {
    const { size, kernel, stride, padding, dilation } = values, out = side(values)
    const padded = size + 2 * padding
    cell = Math.min(26, (width - 2) / (padded + GAP + Math.max(out, 1)))
    left = (padded + GAP) * cell
    const rows = out ? seen(values, values.row) : [], columns = out ? seen(values, values.column) : []
    const inside = at => at >= 0 && at < size
    const draw = (kind, x, y, from = 0) =>
      `<rect class="${kind}" x="${from + x * cell + 1}" y="${y * cell + 1}" width="${cell - 1.5}" height="${cell - 1.5}"/>`
    let parts = ""
    for (let y = 0; y < padded; y++)
      for (let x = 0; x < padded; x++) {
        const pixel = inside(y - padding) && inside(x - padding)
        const used = rows.includes(y - padding) && columns.includes(x - padding)
        parts += draw(`cell ${pixel ? "" : "zero"} ${used ? "seen" : ""}`, x, y)
      }
    for (let y = 0; y < out; y++)
      for (let x = 0; x < out; x++)
        parts += draw(`cell ${y === values.row && x === values.column ? "chosen" : ""}`, x, y, left)
    const below = padded * cell + 16, tall = below + 4
    parts += `<text y="${below}">${words.input}</text><text x="${left}" y="${below}">${out ? words.output : words.nowhere}</text>`
    svg.style.height = `${tall}px`
    svg.setAttribute("viewBox", `0 0 ${width} ${tall}`)
    svg.innerHTML = parts
    const zeros = out ? kernel * kernel - rows.filter(inside).length * columns.filter(inside).length : undefined
    const reach = dilation * (kernel - 1) + 1
    return {
      side: out || words.nowhere,
      formula: `⌊(${size} + 2 × ${padding} − ${reach}) / ${stride}⌋ + 1`,
      rows: rows.join(", ").replaceAll("-", "−") || undefined,
      columns: columns.join(", ").replaceAll("-", "−") || undefined,
      zeros,
    }
  })
  // On the output its cell is chosen, on the input the one whose window lies nearest.
  point(svg, (x, y) => {
    const values = settings(), { kernel, stride, dilation } = values
    const last = side(values) - 1
    if (last < 0) return
    const middle = dilation * (kernel - 1) / 2
    const at = (where, from) => x >= left
      ? Math.floor((where - from) / cell)
      : Math.round((where / cell - 0.5 - middle) / stride)
    set({ row: within(0, at(y, 0), last), column: within(0, at(x, left), last) })
  })
}
