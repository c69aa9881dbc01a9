import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractSolution, createMenu } from "./contract-menu.ts"
import type { InstanceBatch } from "./instance-batch.ts"
import { createIroning, type Ironing, iron, writeSizes } from "./ironing.ts"
import { priceMenu } from "./menu-pricing.ts"

/** The optimum of a problem in which devices may stay out. */
export interface VoluntarySolution extends ContractSolution {
  /** The lowest type (0-based) that is served; the number of types if nobody is. */
  readonly firstServed: number
}

/** The exact reference value of instance `i`: U_ext of `voluntaryBest`. */
export const voluntaryUtility = (batch: InstanceBatch, i: number, ironing: Ironing): number => {
  iron(batch, i, 0, ironing)
  return batch.economy.deviceCount * ironing.voluntaryValue
}

/**
 * The exact optimum when devices may stay out and the server may exclude the lowest types.
 *
 * U_ext = max(0, max over k0 of the problem restricted to types k0..K). An excluded type has the item (0, 0). By the
 * revelation principle no menu does better when devices choose for themselves, so this is the yardstick of every score.
 * It exceeds `secondBest` only where serving the lowest types is not worth the fixed cost.
 *
 * @throws UnboundedContractError if there is no finite optimum.
 */
export const voluntaryBest = (instance: ContractInstance): VoluntarySolution => {
  const batch = batchOfOne(instance)
  const { typeCount } = batch
  const ironing = createIroning(typeCount)
  const menu = createMenu(typeCount)
  const serverUtility = voluntaryUtility(batch, 0, ironing)
  const { firstServed } = ironing
  iron(batch, 0, firstServed, ironing)
  writeSizes(ironing, 0, typeCount, menu.dataSizes)
  priceMenu(batch, 0, firstServed, menu)
  return { ...menu, serverUtility, firstServed }
}
