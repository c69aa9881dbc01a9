import type { ContractMenu } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { addSoftChoices } from "./bounded-rationality.ts"
import { fillProfits, HONEST } from "./item-choice.ts"
import { addChoice, choiceUtility, clearTotals, type ResponseTotals } from "./response-totals.ts"
import { addSelfSelection } from "./self-selection.ts"

/** Answers the menus of a whole batch; `shares` `[size, typeCount]` says how many devices are of each type. */
export type DeviceResponse = (
  batch: InstanceBatch,
  menu: ContractMenu,
  shares: Float64Array,
  totals: ResponseTotals
) => void

/** Every device takes what is best for it. */
export const rationalResponse = (typeCount: number): DeviceResponse => {
  const profits = new Float64Array(typeCount)
  return (batch, menu, shares, totals) => {
    clearTotals(totals)
    for (let i = 0; i < batch.size; i++) addSelfSelection(batch, i, menu, shares, HONEST, 1, profits, totals)
  }
}

/** Devices err more the higher the temperature; at 0 they are rational. */
export const boundedRationalResponse = (typeCount: number, temperature: number): DeviceResponse => {
  if (temperature === 0) return rationalResponse(typeCount)
  const profits = new Float64Array(typeCount)
  const weights = new Float64Array(typeCount + 1)
  return (batch, menu, shares, totals) => {
    clearTotals(totals)
    for (let i = 0; i < batch.size; i++) {
      addSoftChoices(batch, i, menu, shares, temperature, profits, weights, totals)
    }
  }
}

/** How a share of the devices cheats. */
export interface Dishonesty {
  /** p: probability that a device is dishonest. */
  readonly probability: number
  /** eta: good data delivered per unit promised by a dishonest device. */
  readonly qualityShare: number
  /** a: probability that a dishonest device is caught, and then not paid. */
  readonly detectionProbability: number
}

/**
 * With probability p a device delivers only eta s good data, at the cost c eta s, and is unpaid with probability a; it
 * takes the item that is best for it under that plan. The others are rational.
 *
 * U = M sum_k q_k ((1 - p) (theta g(s_n(k)) - r_n(k)) + p (theta g(eta s_n'(k)) - (1 - a) r_n'(k))).
 */
export const dishonestResponse = (
  typeCount: number,
  { probability, qualityShare, detectionProbability }: Dishonesty
): DeviceResponse => {
  const profits = new Float64Array(typeCount)
  const cheating = { qualityShare, paymentShare: 1 - detectionProbability }
  return (batch, menu, shares, totals) => {
    clearTotals(totals)
    for (let i = 0; i < batch.size; i++) {
      addSelfSelection(batch, i, menu, shares, HONEST, 1 - probability, profits, totals)
      addSelfSelection(batch, i, menu, shares, cheating, probability, profits, totals)
    }
  }
}

/** Every device takes the item meant for its type, whatever it thinks of it: types are known. */
export const assignedResponse = (typeCount: number): DeviceResponse => {
  const profits = new Float64Array(typeCount)
  return (batch, menu, shares, totals) => {
    clearTotals(totals)
    for (let i = 0; i < batch.size; i++) {
      fillProfits(batch, i, menu, HONEST, profits)
      for (let k = 0; k < typeCount; k++) {
        const utility = choiceUtility(batch, i, k, k + 1, menu, HONEST)
        addChoice(batch, i, k, k + 1, shares[i * typeCount + k], utility, profits, totals)
      }
    }
  }
}
