import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, requireItems } from "./contract-menu.ts"
import { dataValue } from "./data-value.ts"
import type { InstanceBatch } from "./instance-batch.ts"

/** What an item brings the server from one device: theta g(s) - r. */
export const itemProfit = (batch: InstanceBatch, i: number, size: number, payment: number): number =>
  batch.unitRevenues[i] * dataValue(size, batch.economy.fairnessExponent) - payment

/**
 * M sum_k w_k (theta g(s_k) - r_k) of instance `i`, if every type takes its own item; `shares` w `[size, typeCount]` are
 * the type probabilities or the shares of a drawn population.
 */
export const promisedUtility = (batch: InstanceBatch, i: number, menu: ContractMenu, shares: Float64Array): number => {
  let sum = 0
  for (let k = i * batch.typeCount; k < (i + 1) * batch.typeCount; k++) {
    sum += shares[k] * itemProfit(batch, i, menu.dataSizes[k], menu.payments[k])
  }
  return batch.economy.deviceCount * sum
}

/**
 * The server's expected utility if every type takes its own item: U = M sum_k q_k (theta g(s_k) - r_k).
 *
 * Devices are not asked whether they would: see `selfSelect` for that.
 *
 * @throws InvalidInstanceError if the instance or the menu has the wrong shape.
 */
export const serverUtility = (instance: ContractInstance, menu: ContractMenu): number => {
  const batch = batchOfOne(instance)
  requireItems(menu, batch.typeCount)
  return promisedUtility(batch, 0, menu, batch.typeProbabilities)
}
