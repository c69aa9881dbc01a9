import { EnvironmentError } from "@twinpact/core"
import type { ContractMenu } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { fillProfits, HONEST } from "./item-choice.ts"
import { addChoice, choiceUtility, clearTotals, type ResponseTotals } from "./response-totals.ts"
import { utilityUnit } from "./utility-unit.ts"

/**
 * Devices that decided for themselves: device j of instance i, of type `types[i, j]` (0-based), takes item
 * `choices[i, j]` (0: it stays out), both `[size, deviceCount]`. With `choices` null each takes the item of its type.
 *
 * `rewards` `[size, deviceCount]` receives u_k(s_n, r_n) / (c sFB_K); `profits` `[typeCount]` is scratch.
 *
 * @throws EnvironmentError if a choice is not one of 0..K.
 */
export const settleChoices = (
  batch: InstanceBatch,
  menu: ContractMenu,
  types: Uint8Array,
  choices: Float32Array | null,
  profits: Float64Array,
  totals: ResponseTotals,
  rewards: Float64Array
): void => {
  const { deviceCount } = batch.economy
  clearTotals(totals)
  for (let i = 0; i < batch.size; i++) {
    fillProfits(batch, i, menu, HONEST, profits)
    const unit = utilityUnit(batch, i)
    for (let j = i * deviceCount; j < (i + 1) * deviceCount; j++) {
      const k = types[j]
      const choice = choices === null ? k + 1 : requireItem(choices[j], batch.typeCount)
      const utility = choiceUtility(batch, i, k, choice, menu, HONEST)
      addChoice(batch, i, k, choice, 1 / deviceCount, utility, profits, totals)
      rewards[j] = utility / unit
    }
  }
}

const requireItem = (choice: number, typeCount: number): number => {
  if (Number.isInteger(choice) && choice >= 0 && choice <= typeCount) return choice
  throw new EnvironmentError(`role "device": expected an item in 0..${typeCount} (0 = stay out), found ${choice}`)
}
