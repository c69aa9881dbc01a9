import type { RngStream } from "../random/rng-stream.ts"
import type { BoxSpace } from "../space.ts"

/**
 * a <- a + deviation half xi, independently for every component, clipped to the bounds; `half` is half the width of the
 * component's range, so that `deviation` means the same in every box.
 */
export const addGaussianNoise = (
  actions: Float32Array,
  { low, high, width }: BoxSpace,
  deviation: number,
  rngStream: RngStream
): void => {
  for (let i = 0; i < actions.length; i++) {
    const component = i % width
    const [from, to] = [low[component], high[component]]
    const noisy = actions[i] + ((deviation * (to - from)) / 2) * rngStream.normal()
    actions[i] = Math.max(from, Math.min(to, noisy))
  }
}

/** `count` numbers that are uniform over the box, row after row: how learners act before they have learned anything. */
export const uniformActions = (count: number, { low, high, width }: BoxSpace, rngStream: RngStream): Float32Array => {
  const actions = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const component = i % width
    actions[i] = low[component] + (high[component] - low[component]) * rngStream.uniform()
  }
  return actions
}
