import type { RngStream } from "@twinpact/core"
import { derivePrices, type InstanceBatch } from "../contract/instance-batch.ts"
import type { InstanceDistribution, Range } from "../distribution/instance-distribution.ts"

const PERSISTENCE = 0.9

/**
 * One step of a stationary process in a range: x' = mid + 0.9 (x - mid) + sqrt(1 - 0.9^2) (half / sqrt 3) xi with a
 * standard normal xi, reflected at the ends. half / sqrt 3 is the standard deviation of the uniform distribution.
 */
export const driftInRange = (x: number, [low, high]: Range, xi: number): number => {
  const middle = (low + high) / 2
  const deviation = (high - low) / 2 / Math.sqrt(3)
  let next = middle + PERSISTENCE * (x - middle) + Math.sqrt(1 - PERSISTENCE ** 2) * deviation * xi
  while (next < low || next > high) next = next < low ? 2 * low - next : 2 * high - next
  return next
}

/** Moves unit cost and unit revenue of every instance by one step; types and their probabilities stay. */
export const drift = (batch: InstanceBatch, distribution: InstanceDistribution, rngStream: RngStream): void => {
  for (let i = 0; i < batch.size; i++) {
    batch.unitCosts[i] = driftInRange(batch.unitCosts[i], distribution.unitCost, rngStream.normal())
    batch.unitRevenues[i] = driftInRange(batch.unitRevenues[i], distribution.unitRevenue, rngStream.normal())
    derivePrices(batch, i)
  }
}
