import { type BoxSpace, boxSpace } from "@twinpact/core"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import type { InstanceDistribution, Range } from "../distribution/instance-distribution.ts"

/** (x - middle) / half: -1..1 over the range; 0 where the range is one point. */
export const scaleToRange = (x: number, [low, high]: Range): number =>
  high > low ? (2 * x - low - high) / (high - low) : 0

const FIXED_COST_UNIT = 0.01

const constants = ({ economy, typeRanges }: InstanceDistribution) => ({
  deviceCount: economy.deviceCount / 10,
  typeCount: typeRanges.length / 10,
  fixedCost: economy.fixedCost / FIXED_COST_UNIT - 1
})

/** What the server sees: `[M/10, K/10, c, c0/0.01 - 1, theta, K q_k - 1, psi_k]` with c, theta, psi scaled to -1..1. */
export const serverObservationSpace = (distribution: InstanceDistribution): BoxSpace => {
  const K = distribution.typeRanges.length
  const { deviceCount, typeCount, fixedCost } = constants(distribution)
  return boxSpace([
    ["devices / 10", deviceCount, deviceCount],
    ["types / 10", typeCount, typeCount],
    ["unit cost, scaled", -1, 1],
    ["fixed cost / 0.01 - 1", fixedCost, fixedCost],
    ["unit revenue, scaled", -1, 1],
    ...Array.from({ length: K }, (_, k) => [`probability ${k + 1}, scaled`, -1, K - 1] as const),
    ...Array.from({ length: K }, (_, k) => [`type ${k + 1}, scaled`, -1, 1] as const)
  ])
}

/** Writes the server's observations of a batch `[size, 5 + 2 K]`. */
export const observeAsServer = (
  distribution: InstanceDistribution,
  batch: InstanceBatch,
  observations: Float32Array
): void => {
  const { typeCount: K, unitCosts, unitRevenues, typeProbabilities, deviceTypes } = batch
  const { deviceCount, typeCount, fixedCost } = constants(distribution)
  const { unitCost, unitRevenue, typeRanges } = distribution
  let at = 0
  for (let i = 0; i < batch.size; i++) {
    observations[at] = deviceCount
    observations[at + 1] = typeCount
    observations[at + 2] = scaleToRange(unitCosts[i], unitCost)
    observations[at + 3] = fixedCost
    observations[at + 4] = scaleToRange(unitRevenues[i], unitRevenue)
    at += 5
    for (let k = 0; k < K; k++) {
      observations[at + k] = K * typeProbabilities[i * K + k] - 1
      observations[at + K + k] = scaleToRange(deviceTypes[i * K + k], typeRanges[k])
    }
    at += 2 * K
  }
}
