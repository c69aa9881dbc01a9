import { logSquashing } from "@twinpact/core/learning"
import {
  add,
  type Denoiser,
  type DiffusionSchedule,
  mul,
  type Node,
  reshape,
  sliceAxis,
  square,
  sub,
  sum,
  tanh
} from "@twinpact/tensor"
import type { ChainResult } from "./networks.ts"

/**
 * The unclipped chain with a bound of its log density (DIME; Celik et al., 2025): with mu_k = (x_k - beta_k /
 * sqrt(1 - abar_k) epsilon) / sqrt(alpha_k) and x_{k-1} = mu_k + sqrt(beta_k) xi_k for k = T..1, a = tanh(x_0),
 *
 * l = log N(x_T; 0, I) + sum_k [ log N(x_{k-1}; mu_k, beta_k I) - log N(x_k; sqrt(alpha_k) x_{k-1}, beta_k I) ]
 *     - sum_i log(1 - tanh^2 x_{0,i}),   E[l] >= E[log pi(a)].
 *
 * *Deviates:* in evaluation the last xi is zero.
 *
 * @param noise standard normal `[T + 1, batch, width]`: x_T, then xi_T .. xi_1.
 */
export const pathBoundChain = (denoiser: Denoiser, noise: Node, schedule: DiffusionSchedule): ChainResult => {
  const { denoisingSteps, betas, alphasCumprod } = schedule
  const [, batch, width] = noise.shape
  const draw = (row: number) => reshape(sliceAxis(noise, 0, row, 1), [batch, width])
  let x = draw(0)
  // all terms are sums of squares; the constants of both Gaussians of a step cancel
  let squares = mul(square(x), -0.5)
  for (let k = denoisingSteps; k >= 1; k--) {
    const beta = betas[k - 1]
    const [alphaRoot, xi] = [Math.sqrt(1 - beta), draw(denoisingSteps - k + 1)]
    const mean = mul(sub(x, mul(denoiser(x, k), beta / Math.sqrt(1 - alphasCumprod[k]))), 1 / alphaRoot)
    const next = add(mean, mul(xi, Math.sqrt(beta)))
    const back = sub(x, mul(next, alphaRoot))
    squares = add(squares, sub(mul(square(back), 0.5 / beta), mul(square(xi), 0.5)))
    x = next
  }
  const gaussians = sub(sum(squares, [1], true), 0.5 * width * Math.log(2 * Math.PI))
  return { actions: tanh(x), logDensityBound: sub(gaussians, logSquashing(x)) }
}
