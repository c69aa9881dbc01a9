import type { RngStream } from "@twinpact/core"
import { type ContractInstance, instanceAt } from "../contract/contract-instance.ts"
import { createInstanceBatch, derivePrices, type InstanceBatch } from "../contract/instance-batch.ts"
import type { InstanceDistribution, Range } from "./instance-distribution.ts"

const uniformIn = (range: Range, rngStream: RngStream): number => range[0] + (range[1] - range[0]) * rngStream.uniform()

const integerIn = (range: Range, rngStream: RngStream): number => {
  const low = Math.ceil(range[0])
  return low + rngStream.integer(Math.floor(range[1]) - low + 1)
}

/**
 * Draws instance `i`: c, theta and psi_k uniform in their ranges, q from Dirichlet(1, .., 1) (uniform over all
 * probability vectors, as normalised exponential draws).
 */
export const sampleInto = (
  distribution: InstanceDistribution,
  batch: InstanceBatch,
  i: number,
  rngStream: RngStream
): void => {
  const { typeRanges, integerTypes } = distribution
  const { typeCount, deviceTypes, typeProbabilities } = batch
  const row = i * typeCount
  batch.unitCosts[i] = uniformIn(distribution.unitCost, rngStream)
  batch.unitRevenues[i] = uniformIn(distribution.unitRevenue, rngStream)
  let sum = 0
  for (let k = 0; k < typeCount; k++) {
    const range = typeRanges[k]
    deviceTypes[row + k] = integerTypes ? integerIn(range, rngStream) : uniformIn(range, rngStream)
    const draw = rngStream.exponential()
    typeProbabilities[row + k] = draw
    sum += draw
  }
  for (let k = row; k < row + typeCount; k++) typeProbabilities[k] /= sum
  derivePrices(batch, i)
}

/** A batch of `size` independent instances. */
export const sampleBatch = (distribution: InstanceDistribution, size: number, rngStream: RngStream): InstanceBatch => {
  const batch = createInstanceBatch(distribution.economy, distribution.typeRanges.length, size)
  for (let i = 0; i < size; i++) sampleInto(distribution, batch, i, rngStream)
  return batch
}

/** `count` independent instances, such as `sampleInstances(paperDistribution(), 512, new RngStreams(1).get("environment"))`. */
export const sampleInstances = (
  distribution: InstanceDistribution,
  count: number,
  rngStream: RngStream
): ContractInstance[] => {
  const batch = sampleBatch(distribution, count, rngStream)
  return Array.from({ length: count }, (_, i) => instanceAt(batch, i))
}
