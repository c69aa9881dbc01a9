import type { ContractMenu } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { promisedUtility } from "../contract/server-utility.ts"
import { addViolations, createMenuViolations, type MenuViolations } from "../contract/violations.ts"

/** What the menus of a batch are worth if every type takes its own item, and how far they are from that. */
export interface MenuAssessment extends MenuViolations {
  readonly promisedUtility: Float64Array
}

export const createMenuAssessment = (size: number): MenuAssessment => ({
  ...createMenuViolations(size),
  promisedUtility: new Float64Array(size)
})

export const assessMenus = (
  batch: InstanceBatch,
  menu: ContractMenu,
  shares: Float64Array,
  assessment: MenuAssessment
): void => {
  for (let i = 0; i < batch.size; i++) {
    assessment.promisedUtility[i] = promisedUtility(batch, i, menu, shares)
    addViolations(batch, i, menu, assessment)
  }
}
