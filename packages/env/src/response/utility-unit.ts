import { firstBestSize } from "../contract/first-best.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"

/**
 * The unit in which device utilities are measured: c sFB_K, the cost of the top type's first best.
 *
 * It does not depend on the menu, so a server cannot change how sharply devices tell items apart by scaling its menu.
 * Where even the top type's first best is no data, the unit is c, the cost of one unit of data.
 */
export const utilityUnit = (batch: InstanceBatch, i: number): number =>
  batch.unitCosts[i] * (firstBestSize(batch, i, (i + 1) * batch.typeCount - 1) || 1)
