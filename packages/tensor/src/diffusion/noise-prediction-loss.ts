import { add, constant, gatherRows, mul } from "../graph.ts"
import { squaredError } from "../nn/losses.ts"
import type { Node } from "../node.ts"
import type { DiffusionSchedule } from "./schedule.ts"

/**
 * Forward noising to the level of each row: sqrt(abar_k) x_0 + sqrt(1 - abar_k) epsilon.
 *
 * @param x0 clean samples `[batch, width]`.
 * @param levels step indices k - 1 in 0..T-1, int32 `[batch]`.
 * @param epsilon standard normal `[batch, width]`.
 */
export const qSample = (schedule: DiffusionSchedule, x0: Node, levels: Node, epsilon: Node): Node => {
  const { denoisingSteps, alphasCumprod } = schedule
  const column = (of: (level: number) => number) =>
    gatherRows(constant(Float32Array.from(alphasCumprod.subarray(1), of), [denoisingSteps, 1]), levels)
  return add(
    mul(x0, column(Math.sqrt)),
    mul(
      epsilon,
      column((level) => Math.sqrt(1 - level))
    )
  )
}

/** mean (epsilon - denoise(x_k))^2 over the batch (Ho et al., 2020, equation 14). */
export const noisePredictionLoss = (
  schedule: DiffusionSchedule,
  denoise: (xk: Node, levels: Node) => Node,
  x0: Node,
  levels: Node,
  epsilon: Node
): Node => squaredError(denoise(qSample(schedule, x0, levels, epsilon), levels), epsilon)
