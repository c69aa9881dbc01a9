import { add, clip, exp, gaussianLogDensity, mul, type Node, reshape, softplus, sub, sum, tanh } from "@twinpact/tensor"

export interface SquashedGaussian {
  /** clip(scale tanh(mu + sigma xi), -1, 1) `[batch, width]`. */
  readonly actions: Node
  /** log pi of tanh(x) `[batch, 1]`. */
  readonly logDensity: Node
}

/**
 * A Gaussian squashed by tanh (Haarnoja et al., 2018): x = mu + sigma xi,
 *
 * log pi = sum_i [ -xi_i^2 / 2 - log sigma_i - log(2 pi) / 2 - 2 (log 2 - x_i - softplus(-2 x_i)) ].
 *
 * The Gaussian part is computed from xi, not from (x - mu) / sigma; the last term is log(1 - tanh^2 x), steady for all x.
 *
 * *Deviates:* with `scale` above 1 the action is clipped after scaling, so that the bounds can be reached; the density
 * stays that of the plain tanh.
 *
 * @param mean, logDeviation, noise `[batch, width]`; noise is standard normal.
 */
export const squashedGaussian = (mean: Node, logDeviation: Node, noise: Node, scale = 1): SquashedGaussian => {
  const x = add(mean, mul(exp(logDeviation), noise))
  return {
    actions: scale === 1 ? tanh(x) : clip(mul(tanh(x), scale), -1, 1),
    logDensity: sub(reshape(gaussianLogDensity(noise, logDeviation), [x.shape[0], 1]), logSquashing(x))
  }
}

/** sum_i log(1 - tanh^2 x_i) = sum_i 2 (log 2 - x_i - softplus(-2 x_i)), `[batch, width]` to `[batch, 1]`. */
export const logSquashing = (x: Node): Node =>
  sub(2 * x.shape[1] * Math.log(2), mul(sum(add(x, softplus(mul(x, -2))), [1], true), 2))
