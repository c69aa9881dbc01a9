import { add, clip, exp, mul, type Node, softplus, sub, sum, tanh } from "@twinpact/tensor"

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
  const width = mean.shape[1]
  const constants = width * (0.5 * Math.log(2 * Math.PI) + 2 * Math.log(2))
  // -xi^2/2 - log sigma + 2 x + 2 softplus(-2 x), then the constants of all components at once
  const terms = sub(mul(add(x, softplus(mul(x, -2))), 2), add(mul(mul(noise, noise), 0.5), logDeviation))
  return {
    actions: squash(x, scale),
    logDensity: sub(sum(terms, [1], true), constants)
  }
}

/** clip(scale tanh(x), -1, 1): the action at x. */
export const squash = (x: Node, scale: number): Node => (scale === 1 ? tanh(x) : clip(mul(tanh(x), scale), -1, 1))
