import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, type ContractSolution, createMenu } from "./contract-menu.ts"
import { requireFiniteSize } from "./first-best.ts"
import type { InstanceBatch } from "./instance-batch.ts"
import { promisedUtility } from "./server-utility.ts"

/** Writes instance `i`'s menu for the highest type alone. */
export const fillTopTypeOnly = (batch: InstanceBatch, i: number, menu: ContractMenu): void => {
  const first = i * batch.typeCount
  const top = first + batch.typeCount - 1
  const size = requireFiniteSize(batch, i, top)
  menu.dataSizes.fill(0, first, top)
  menu.payments.fill(0, first, top)
  menu.dataSizes[top] = size
  menu.payments[top] = batch.breakEvenPrices[top] * size + batch.participationPayments[top]
}

/**
 * The highest type gets its first best, s_K = sFB_K, r_K = a_K s_K + f_K; all other items are (0, 0), which lower types
 * decline. A baseline that leaves no information rent.
 *
 * @throws UnboundedContractError if the highest type's first best is not finite.
 */
export const topTypeOnlyMenu = (instance: ContractInstance): ContractSolution => {
  const batch = batchOfOne(instance)
  const menu = createMenu(batch.typeCount)
  fillTopTypeOnly(batch, 0, menu)
  return { ...menu, serverUtility: promisedUtility(batch, 0, menu, batch.typeProbabilities) }
}
