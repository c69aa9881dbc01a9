/**
 * Copies row `row` of a matrix into row `toRow` of another one of the same width. A loop, because rows are short: `set`
 * with `subarray` would make an object per row.
 */
export const copyRow = (from: Float32Array, row: number, to: Float32Array, toRow: number, width: number): void => {
  let source = row * width
  for (let i = toRow * width; i < (toRow + 1) * width; i++) to[i] = from[source++]
}
