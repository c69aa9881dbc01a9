import { AgentError } from "./errors.ts"

/** A box of real vectors: `low[i] <= x[i] <= high[i]` (bounds may be infinite); `labels` name the components. */
export interface BoxSpace {
  readonly kind: "box"
  readonly width: number
  readonly low: Float32Array
  readonly high: Float32Array
  readonly labels: readonly string[]
  /** What a row stands for, as a formula for people who use it outside of the environment. */
  readonly meaning?: string
}

/** A choice among `size` items 0..size-1; it travels as one float per row. */
export interface DiscreteSpace {
  readonly kind: "discrete"
  readonly width: 1
  readonly size: number
  readonly labels: readonly string[]
}

export type Space = BoxSpace | DiscreteSpace

/** A box from one `[label, low, high]` per component. */
export const boxSpace = (
  components: readonly (readonly [label: string, low: number, high: number])[],
  meaning?: string
): BoxSpace => ({
  kind: "box",
  width: components.length,
  low: Float32Array.from(components, ([, low]) => low),
  high: Float32Array.from(components, ([, , high]) => high),
  labels: components.map(([label]) => label),
  ...(meaning === undefined ? {} : { meaning })
})

/** A discrete space with one item per label. */
export const discreteSpace = (labels: readonly string[]): DiscreteSpace => ({
  kind: "discrete",
  width: 1,
  size: labels.length,
  labels
})

/** One line for humans: `box of 9` or `choice of 3`. */
export const describeSpace = (space: Space): string =>
  space.kind === "box" ? `box of ${space.width}` : `choice of ${space.size}`

/** The space of a role whose agent declares that it plays boxes alone. */
export const asBox = (space: Space): BoxSpace => {
  if (space.kind !== "box") throw new AgentError(`expected a box of actions, found a ${describeSpace(space)}`)
  return space
}
