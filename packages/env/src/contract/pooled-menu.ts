import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, type ContractSolution, createMenu } from "./contract-menu.ts"
import { requireFiniteSize } from "./first-best.ts"
import type { InstanceBatch } from "./instance-batch.ts"
import { promisedUtility } from "./server-utility.ts"

/** Writes instance `i`'s pooled menu. */
export const fillPooled = (batch: InstanceBatch, i: number, menu: ContractMenu): void => {
  const first = i * batch.typeCount
  const end = first + batch.typeCount
  const size = requireFiniteSize(batch, i, first)
  menu.dataSizes.fill(size, first, end)
  menu.payments.fill(batch.breakEvenPrices[first] * size + batch.participationPayments[first], first, end)
}

/**
 * One item for all: the first best of the lowest type, s = sFB_1, r = a_1 s + f_1. A baseline that never screens.
 *
 * @throws UnboundedContractError if the lowest type's first best is not finite.
 */
export const pooledMenu = (instance: ContractInstance): ContractSolution => {
  const batch = batchOfOne(instance)
  const menu = createMenu(batch.typeCount)
  fillPooled(batch, 0, menu)
  return { ...menu, serverUtility: promisedUtility(batch, 0, menu, batch.typeProbabilities) }
}
