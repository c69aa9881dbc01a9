import { add, clip, constant, mul, reshape, sliceAxis, sub } from "../graph.ts"
import type { ClipGradient, Node } from "../node.ts"
import { type DiffusionSchedule, posteriorMean } from "./schedule.ts"

/** The noise that a denoiser sees in x_k, `[batch, width]`. `k` counts 1..T. */
export type Denoiser = (xk: Node, k: number) => Node

export interface ReverseChainOptions {
  readonly schedule: DiffusionSchedule
  /** `posterior`: beta_k (1 - abar_{k-1}) / (1 - abar_k); `beta`: beta_k. Neither adds noise at k = 1. */
  readonly variance?: "posterior" | "beta"
  /** Clips every prediction of x_0 and the result to [-1, 1]. */
  readonly clipDenoised?: boolean
  /** How gradients pass these clips; `inward` keeps a saturated policy alive. */
  readonly clipGradient?: ClipGradient
}

/** x_0 as the denoiser's noise implies it, times `scale`: x_k / sqrt(abar_k) - sqrt(1 / abar_k - 1) epsilon. */
export const predictX0 = (schedule: DiffusionSchedule, xk: Node, epsilon: Node, k: number, scale = 1): Node => {
  const level = schedule.alphasCumprod[k]
  return sub(mul(xk, scale * Math.sqrt(1 / level)), mul(epsilon, scale * Math.sqrt(1 / level - 1)))
}

/**
 * The reverse chain x_T -> x_0 of a diffusion policy (DDPM sampling with clipped x_0; Ho et al., 2020):
 *
 * for k = T..2: x_0' = clip(predictX0(x_k)); x_{k-1} = posterior mean(x_0', x_k) + sigma_k xi_k; result
 * clip(predictX0(x_1)), which is the posterior mean at k = 1. The mean's share of x_0' is taken inside the clip.
 *
 * @param noise standard normal `[T, batch, width]`: row 0 is x_T, row j is added in the j-th step taken.
 * @returns actions `[batch, width]`.
 */
export const reverseChain = (denoiser: Denoiser, noise: Node, options: ReverseChainOptions): Node => {
  const { schedule, variance = "posterior", clipDenoised = true, clipGradient = "inward" } = options
  const { denoisingSteps } = schedule
  const draws = scaleNoise(noise, schedule, variance)
  const clippedX0 = (x: Node, k: number, scale: number) => {
    const x0 = predictX0(schedule, x, denoiser(x, k), k, scale)
    return clipDenoised ? clip(x0, -scale, scale, clipGradient) : x0
  }
  let x = draws(0)
  for (let k = denoisingSteps; k > 1; k--) {
    const { ofX0, ofXk } = posteriorMean(schedule, k)
    const mean = add(clippedX0(x, k, ofX0), mul(x, ofXk))
    x = add(mean, draws(denoisingSteps - k + 1))
  }
  return clippedX0(x, 1, 1)
}

/** All standard deviations are applied in one pass; block j of the rows is then sliced off. */
const scaleNoise = (
  noise: Node,
  schedule: DiffusionSchedule,
  variance: "posterior" | "beta"
): ((j: number) => Node) => {
  const { denoisingSteps, betas, posteriorVariances } = schedule
  const [, batch, width] = noise.shape
  const variances = variance === "beta" ? betas : posteriorVariances
  const deviations = Float32Array.from({ length: denoisingSteps }, (_, j) =>
    j === 0 ? 1 : Math.sqrt(variances[denoisingSteps - j])
  )
  const scaled = denoisingSteps === 1 ? noise : mul(noise, constant(deviations, [denoisingSteps, 1, 1]))
  const rows = reshape(scaled, [denoisingSteps * batch, width])
  return (j) => sliceAxis(rows, 0, j * batch, batch)
}
