import { ShapeError } from "./errors.ts"

/** Extents of a tensor, outermost first; `[]` is a scalar. All shapes are static. */
export type Shape = readonly number[]

export const sizeOf = (shape: Shape): number => shape.reduce((size, extent) => size * extent, 1)

export const isSameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, i) => extent === b[i])

/** `[32, 17]` */
export const printShape = (shape: Shape): string => `[${shape.join(", ")}]`

/** The shape of an elementwise result: extents are aligned at the right, 1 stretches (the rule of NumPy and ONNX). */
export const broadcastShapes = (a: Shape, b: Shape, where: string): Shape => {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1
    const y = b[i - rank + b.length] ?? 1
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError(`${where}: shapes do not broadcast, ${printShape(a)} and ${printShape(b)}`)
    }
    return x === 1 ? y : x
  })
}

/** Axes as non-negative numbers in increasing order. */
export const normaliseAxes = (axes: readonly number[], rank: number, where: string): readonly number[] => {
  const normal = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
  if (normal.some((axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= rank || axis === normal[i - 1])) {
    throw new ShapeError(`${where}: expected different axes of a tensor of rank ${rank}, found ${printShape(axes)}`)
  }
  return normal
}

/** The shape after a reduction over `axes`. */
export const reduceShape = (shape: Shape, axes: readonly number[], keepDimensions: boolean): Shape =>
  keepDimensions ? shape.map((extent, i) => (axes.includes(i) ? 1 : extent)) : shape.filter((_, i) => !axes.includes(i))

/** Distance in elements between neighbours along each axis, rows innermost. */
export const stridesOf = (shape: Shape): readonly number[] => shape.map((_, i) => sizeOf(shape.slice(i + 1)))
