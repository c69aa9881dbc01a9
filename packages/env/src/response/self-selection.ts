import { batchOfOne, type ContractInstance } from "../contract/contract-instance.ts"
import { type ContractMenu, requireItems } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { type Conduct, chooseItem, fillProfits, HONEST } from "./item-choice.ts"
import { addChoice, choiceUtility, createResponseTotals, type ResponseTotals } from "./response-totals.ts"

/**
 * Every type of instance `i` takes what is best for it, and the outcome is added to `totals` with weight `weight`.
 *
 * `shares` `[size, typeCount]`: type probabilities, or the shares of a drawn population. `profits` `[typeCount]` is
 * scratch; `choices` `[typeCount]`, if given, receives the items taken.
 */
export const addSelfSelection = (
  batch: InstanceBatch,
  i: number,
  menu: ContractMenu,
  shares: Float64Array,
  conduct: Conduct,
  weight: number,
  profits: Float64Array,
  totals: ResponseTotals,
  choices?: Int32Array
): void => {
  const { typeCount } = batch
  fillProfits(batch, i, menu, conduct, profits)
  for (let k = 0; k < typeCount; k++) {
    const choice = chooseItem(batch, i, k, menu, conduct, profits)
    const utility = choiceUtility(batch, i, k, choice, menu, conduct)
    addChoice(batch, i, k, choice, weight * shares[i * typeCount + k], utility, profits, totals)
    if (choices !== undefined) choices[k] = choice
  }
}

/** What devices make of a menu when each takes what is best for it. */
export interface SelfSelection {
  /** The item that each type takes, 1..K, or 0 where it stays out `[typeCount]`. */
  readonly choices: Int32Array
  /** U_real = M sum_k q_k (theta g(s_n(k)) - r_n(k)) over the types that take an item. */
  readonly serverUtility: number
  /** Mean utility of a device: sum_k q_k u_k(s_n(k), r_n(k)). */
  readonly deviceUtility: number
  /** Share of devices that take an item. */
  readonly participation: number
  /** Share of devices that take the item meant for their type. */
  readonly truthful: number
}

/**
 * Scores any menu, incentive compatible or not: each type takes the item that is best for it, or none.
 *
 * n(k) = argmax over {0..K} of u_k(s_n, r_n), where item 0 is staying out with utility 0. Ties (within 1e-6 of 1 + payment)
 * go to the item meant for the type, else to the server's profit, else to the smallest index: without this rule the exact
 * optimum, whose constraints bind, would be scored at random.
 *
 * @throws InvalidInstanceError if the instance or the menu has the wrong shape.
 */
export const selfSelect = (instance: ContractInstance, menu: ContractMenu): SelfSelection => {
  const batch = batchOfOne(instance)
  requireItems(menu, batch.typeCount)
  const totals = createResponseTotals(1)
  const choices = new Int32Array(batch.typeCount)
  const profits = new Float64Array(batch.typeCount)
  addSelfSelection(batch, 0, menu, batch.typeProbabilities, HONEST, 1, profits, totals, choices)
  return {
    choices,
    serverUtility: totals.serverUtility[0],
    deviceUtility: totals.deviceUtility[0],
    participation: totals.participation[0],
    truthful: totals.truthful[0]
  }
}
