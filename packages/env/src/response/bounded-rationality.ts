import type { ContractMenu } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { fillProfits, HONEST } from "./item-choice.ts"
import { addChoice, choiceUtility, type ResponseTotals } from "./response-totals.ts"
import { utilityUnit } from "./utility-unit.ts"

/**
 * Devices that choose better items more often: P(n | k) = softmax over n in {0..K} of u_k(s_n, r_n) / (temperature c sFB_K),
 * item 0 being to stay out. The outcome is the exact expectation over choices.
 *
 * `profits` `[typeCount]` and `weights` `[typeCount + 1]` are scratch.
 */
export const addSoftChoices = (
  batch: InstanceBatch,
  i: number,
  menu: ContractMenu,
  shares: Float64Array,
  temperature: number,
  profits: Float64Array,
  weights: Float64Array,
  totals: ResponseTotals
): void => {
  const { typeCount } = batch
  const scale = temperature * utilityUnit(batch, i)
  fillProfits(batch, i, menu, HONEST, profits)
  for (let k = 0; k < typeCount; k++) {
    let best = 0
    for (let n = 0; n <= typeCount; n++) {
      weights[n] = choiceUtility(batch, i, k, n, menu, HONEST)
      if (weights[n] > best) best = weights[n]
    }
    let sum = 0
    for (let n = 0; n <= typeCount; n++) sum += Math.exp((weights[n] - best) / scale)
    for (let n = 0; n <= typeCount; n++) {
      const probability = Math.exp((weights[n] - best) / scale) / sum
      addChoice(batch, i, k, n, shares[i * typeCount + k] * probability, weights[n], profits, totals)
    }
  }
}
