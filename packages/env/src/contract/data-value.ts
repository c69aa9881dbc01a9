import type { Economy } from "./instance-batch.ts"

/** x^exponent for x >= 0; the exponents of beta = 0.5 are much cheaper without `Math.pow`. */
export const raise = (x: number, exponent: number): number => {
  if (exponent === 2) return x * x
  if (exponent === 0.5) return Math.sqrt(x)
  if (exponent === 1) return x
  return x ** exponent
}

/** The value of s units of data, g(s) = s^(1 - beta) / (1 - beta): increasing and concave. */
export const dataValue = (size: number, fairnessExponent: number): number =>
  raise(size, 1 - fairnessExponent) / (1 - fairnessExponent)

/**
 * The s in [0, maximumDataSize] that maximises x g(s) - s, for x >= 0 the revenue per unit of marginal cost.
 *
 * s = x^(1/beta), cut at the limit; for beta = 0 the problem is linear: all of the limit where x > 1, else nothing.
 * May be Infinity.
 */
export const bestDataSize = (x: number, { fairnessExponent, maximumDataSize }: Economy): number => {
  if (fairnessExponent === 0) return x > 1 ? maximumDataSize : 0
  return Math.min(maximumDataSize, raise(x, 1 / fairnessExponent))
}
