import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, type ContractSolution, createMenu } from "./contract-menu.ts"
import type { InstanceBatch } from "./instance-batch.ts"
import { createIroning, type Ironing, iron, writeSizes } from "./ironing.ts"
import { priceMenu } from "./menu-pricing.ts"
import { promisedUtility } from "./server-utility.ts"

/** Writes instance `i`'s optimal menu, with payments raised by `margin`. */
export const fillSecondBest = (
  batch: InstanceBatch,
  i: number,
  margin: number,
  ironing: Ironing,
  menu: ContractMenu
): void => {
  const row = i * batch.typeCount
  const end = row + batch.typeCount
  iron(batch, i, 0, ironing)
  writeSizes(ironing, row, end, menu.dataSizes)
  menu.payments.fill(margin, row, end)
  priceMenu(batch, i, 0, menu)
}

/**
 * The exact optimum among all menus in which every type wants its own item and none is excluded.
 *
 * Data sizes by pooling adjacent violators over virtual costs (`iron`), payments by `priceMenu`. In O(K).
 *
 * `margin` in [0, 1] keeps the sizes and pays devices more than they must get: it moves every payment step that fraction
 * of the way into the interval that incentive compatibility allows, and the first payment by 0.2 margin a_1 sFB_1
 *. The optimum leaves a device exactly indifferent between its own item and the next lower one; a margin breaks
 * that tie for devices that do not choose perfectly.
 *
 * @throws UnboundedContractError if there is no finite optimum.
 */
export const secondBest = (
  instance: ContractInstance,
  { margin = 0 }: { readonly margin?: number } = {}
): ContractSolution => {
  const batch = batchOfOne(instance)
  const menu = createMenu(batch.typeCount)
  fillSecondBest(batch, 0, margin, createIroning(batch.typeCount), menu)
  return { ...menu, serverUtility: promisedUtility(batch, 0, menu, batch.typeProbabilities) }
}
