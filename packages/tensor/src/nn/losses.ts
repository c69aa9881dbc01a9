import { abs, add, clip, mean, mul, square, sub, sum } from "../graph.ts"
import type { Node } from "../node.ts"

/** mean((prediction - target)^2), a scalar. */
export const squaredError = (prediction: Node, target: Node): Node => mean(square(sub(prediction, target)))

/** mean of d^2 / 2 where |d| <= delta, delta (|d| - delta / 2) elsewhere (Huber, 1964). */
export const huber = (prediction: Node, target: Node, delta = 1): Node => {
  const distance = abs(sub(prediction, target))
  const inside = clip(distance, 0, delta)
  return mean(add(mul(square(inside), 0.5), mul(sub(distance, inside), delta)))
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)

/**
 * ln N(x; mean, e^(2 logDeviation)) summed over the last axis, `[batch, width]` to `[batch]`, written in terms of the
 * standardised draw z = (x - mean) / e^logDeviation: -z^2 / 2 - logDeviation - ln(2 pi) / 2.
 */
export const gaussianLogDensity = (z: Node, logDeviation: Node): Node =>
  sum(sub(mul(square(z), -0.5), add(logDeviation, HALF_LOG_TWO_PI)), [-1])
