import { RngStreams } from "@twinpact/core"

const RESAMPLES = 2_000
const LEVEL = 0.95

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/**
 * Mean of `values` `[n]` with its 95% interval by the percentile bootstrap (Efron and Tibshirani, 1993, section 13.3):
 * 2,000 resamples of size n with replacement; the bounds are the 2.5% and 97.5% quantiles of their means, by linear
 * interpolation between order statistics (type 7 of Hyndman and Fan, 1996).
 *
 * The same values in the same order and the same `stream` name give the same numbers. One value has no interval: its
 * bounds are NaN, since a single seed says nothing about the spread.
 */
export const bootstrapMean = (values: readonly number[], stream: string): Interval => {
  const mean = meanOf(values)
  if (values.length < 2) return { mean, low: Number.NaN, high: Number.NaN }
  if (values.every((value) => value === values[0])) return { mean, low: mean, high: mean }
  const rngStream = new RngStreams(0).get(`bootstrap/${stream}`)
  const means = new Float64Array(RESAMPLES)
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0
    for (let j = 0; j < values.length; j++) sum += values[rngStream.integer(values.length)]!
    means[i] = sum / values.length
  }
  means.sort()
  return { mean, low: quantile(means, (1 - LEVEL) / 2), high: quantile(means, (1 + LEVEL) / 2) }
}

/** Arithmetic mean; equal values give exactly that value. */
export const meanOf = (values: readonly number[]): number => {
  const first = values[0]
  if (first === undefined) return Number.NaN
  let excess = 0
  for (const value of values) excess += value - first
  return first + excess / values.length
}

/** The `p` quantile, 0 <= p <= 1, of ascending values: linear interpolation at position p (n - 1). */
export const quantile = (ascending: ArrayLike<number>, p: number): number => {
  const position = p * (ascending.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, ascending.length - 1)
  return ascending[below]! + (position - below) * (ascending[above]! - ascending[below]!)
}
