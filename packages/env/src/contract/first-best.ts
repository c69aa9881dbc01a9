import { UnboundedContractError } from "../errors.ts"
import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, type ContractSolution, createMenu } from "./contract-menu.ts"
import { bestDataSize } from "./data-value.ts"
import type { InstanceBatch } from "./instance-batch.ts"
import { promisedUtility } from "./server-utility.ts"

/**
 * The data size that the server would ask of a type that it can see: sFB_k = (theta / a_k)^(1/beta), at most the limit.
 *
 * `k` is an index into the batch's type arrays. May be Infinity.
 */
export const firstBestSize = (batch: InstanceBatch, i: number, k: number): number =>
  bestDataSize(batch.unitRevenues[i] / batch.breakEvenPrices[k], batch.economy)

/** @throws UnboundedContractError if the first best of type `k` is not finite. */
export const requireFiniteSize = (batch: InstanceBatch, i: number, k: number): number => {
  const size = firstBestSize(batch, i, k)
  if (size === Infinity) throw new UnboundedContractError(batch.economy.fairnessExponent)
  return size
}

/** Writes instance `i`'s first-best menu; a type without mass whose first best is not finite gets no data. */
export const fillFirstBest = (batch: InstanceBatch, i: number, menu: ContractMenu): void => {
  for (let k = i * batch.typeCount; k < (i + 1) * batch.typeCount; k++) {
    const isWanted = batch.typeProbabilities[k] > 0 || firstBestSize(batch, i, k) < Infinity
    const size = isWanted ? requireFiniteSize(batch, i, k) : 0
    menu.dataSizes[k] = size
    menu.payments[k] = batch.breakEvenPrices[k] * size + batch.participationPayments[k]
  }
}

/**
 * The optimum under complete information: s_k = (theta / a_k)^(1/beta), r_k = a_k s_k + f_k.
 *
 * Every device is held at utility 0. An upper bound for every menu, to be scored with types known: left to themselves,
 * high types would take the items of low types.
 *
 * @throws UnboundedContractError if a type with mass has no finite optimum.
 */
export const firstBest = (instance: ContractInstance): ContractSolution => {
  const batch = batchOfOne(instance)
  const menu = createMenu(batch.typeCount)
  fillFirstBest(batch, 0, menu)
  return { ...menu, serverUtility: promisedUtility(batch, 0, menu, batch.typeProbabilities) }
}
