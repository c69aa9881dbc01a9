import { UnboundedContractError } from "../errors.ts"
import { bestDataSize, dataValue } from "./data-value.ts"
import type { InstanceBatch } from "./instance-batch.ts"

/**
 * Workspace and result of `iron`, reused from instance to instance.
 *
 * Blocks `0..blockCount-1` run from the highest types down. Block b begins at the type `starts[b]` (0-based) and all its
 * types share the data size `sizes[b]`; `values[b]` is the objective of blocks 0..b together, per device.
 */
export interface Ironing {
  readonly starts: Int32Array
  readonly masses: Float64Array
  readonly costs: Float64Array
  readonly sizes: Float64Array
  readonly values: Float64Array
  blockCount: number
  /** The lowest type worth serving when exclusion is allowed; the number of types if none is. */
  firstServed: number
  /** Server utility per device when types below `firstServed` are excluded; at least 0. */
  voluntaryValue: number
}

export const createIroning = (typeCount: number): Ironing => ({
  starts: new Int32Array(typeCount),
  masses: new Float64Array(typeCount),
  costs: new Float64Array(typeCount),
  sizes: new Float64Array(typeCount),
  values: new Float64Array(typeCount),
  blockCount: 0,
  firstServed: 0,
  voluntaryValue: 0
})

/**
 * Solves the contract problem of instance `i` for the types `lowest`..K-1 (0-based) exactly.
 *
 * With minimal payments the server's utility per device is sum_k (theta q_k g(s_k) - b_k s_k) - Q_lowest f_lowest, to be
 * maximised over non-decreasing s, where Q_k = q_k + .. + q_K and b_k = a_k q_k + (a_k - a_{k+1}) Q_{k+1} is the virtual
 * cost: own cost plus the rent that the item leaves to all higher types. The objective is separable and concave, so
 * pooling adjacent violators is exact: a block B has s_B = (theta sum_B q / sum_B b)^(1/beta), cut at the limit.
 *
 * Types are added from the top down, and b_k does not depend on the types below k. So on the way every problem that
 * excludes the lowest types is solved too, and the best of them is known at the end, all in one pass of O(K).
 *
 * @throws UnboundedContractError if some data size has no finite optimum.
 */
export const iron = (batch: InstanceBatch, i: number, lowest: number, ironing: Ironing): void => {
  const { typeProbabilities, breakEvenPrices, participationPayments, typeCount, economy } = batch
  const { starts, masses, costs, sizes, values } = ironing
  const { fairnessExponent } = economy
  const unitRevenue = batch.unitRevenues[i]
  const row = i * typeCount
  let top = -1
  let massAbove = 0
  let priceAbove = 0
  ironing.firstServed = typeCount
  ironing.voluntaryValue = 0
  for (let k = typeCount - 1; k >= lowest; k--) {
    const price = breakEvenPrices[row + k]
    let mass = typeProbabilities[row + k]
    let cost = price * mass + (price - priceAbove) * massAbove
    massAbove += mass
    priceAbove = price
    // Compared across, so that blocks without mass or cost need no division.
    while (top >= 0 && mass * costs[top] >= masses[top] * cost) {
      mass += masses[top]
      cost += costs[top]
      top -= 1
    }
    const size = mass > 0 ? bestDataSize((unitRevenue * mass) / cost, economy) : 0
    if (size === Infinity) throw new UnboundedContractError(fairnessExponent)
    const valueAbove = top >= 0 ? values[top] : 0
    top += 1
    starts[top] = k
    masses[top] = mass
    costs[top] = cost
    sizes[top] = size
    values[top] = valueAbove + unitRevenue * mass * dataValue(size, fairnessExponent) - cost * size
    const value = values[top] - massAbove * participationPayments[row + k]
    if (value > ironing.voluntaryValue) {
      ironing.voluntaryValue = value
      ironing.firstServed = k
    }
  }
  ironing.blockCount = top + 1
}

/** Writes the data sizes that `iron` found into the row of instance `i`; types below the lowest block are left alone. */
export const writeSizes = (
  { starts, sizes, blockCount }: Ironing,
  row: number,
  end: number,
  dataSizes: Float64Array
) => {
  let blockEnd = end
  for (let b = 0; b < blockCount; b++) {
    dataSizes.fill(sizes[b], row + starts[b], blockEnd)
    blockEnd = row + starts[b]
  }
}
