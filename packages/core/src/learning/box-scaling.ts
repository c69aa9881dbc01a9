import { add, constant, mul, type Node } from "@twinpact/tensor"
import type { BoxSpace } from "../space.ts"

/** Middle and half width of every component; 0 and 1 where it is unbounded or constant. */
const centres = ({ low, high }: BoxSpace): { readonly middle: Float32Array; readonly half: Float32Array } => {
  const middle = new Float32Array(low.length)
  const half = new Float32Array(low.length).fill(1)
  low.forEach((from, i) => {
    const width = high[i] - from
    if (!Number.isFinite(width) || width <= 0) return
    half[i] = width / 2
    middle[i] = from + width / 2
  })
  return { middle, half }
}

const isUnit = (space: BoxSpace): boolean => {
  const { middle, half } = centres(space)
  return middle.every((x) => x === 0) && half.every((x) => x === 1)
}

/**
 * Rows of a box `[batch, width]` as a network sees them: (x - middle) / half, -1..1 over the bounds of the space;
 * components that are unbounded or constant stay as they are. Part of the programs, so that an exported policy takes
 * what the environment shows.
 */
export const toUnitBox = (rows: Node, space: BoxSpace): Node => {
  if (isUnit(space)) return rows
  const { middle, half } = centres(space)
  const scale = half.map((x) => 1 / x)
  const shift = middle.map((x, i) => -x * scale[i])
  return add(mul(rows, constant(scale, [scale.length])), constant(shift, [shift.length]))
}

/** Rows of a policy in -1..1 as rows of the box: middle + a half. The inverse of `toUnitBox`. */
export const fromUnitBox = (rows: Node, space: BoxSpace): Node => {
  if (isUnit(space)) return rows
  const { middle, half } = centres(space)
  return add(mul(rows, constant(half, [half.length])), constant(middle, [middle.length]))
}

/** Observations as `observationScaling` asks for: `bounds` scales by the bounds of the space, `none` trusts them. */
export const scaleObservations = (observations: Node, space: BoxSpace, scaling: "none" | "bounds"): Node =>
  scaling === "none" ? observations : toUnitBox(observations, space)
