import type { ContractMenu } from "../contract/contract-menu.ts"
import { netPayment, paymentValue } from "../contract/device-utility.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import type { Conduct } from "./item-choice.ts"

/**
 * What the devices' choices amount to, `[size]` each: the server's utility over all M devices, the mean utility of a
 * device, the share of devices that take an item, and the share that take the item meant for their type.
 */
export interface ResponseTotals {
  readonly serverUtility: Float64Array
  readonly deviceUtility: Float64Array
  readonly participation: Float64Array
  readonly truthful: Float64Array
}

export const createResponseTotals = (size: number): ResponseTotals => ({
  serverUtility: new Float64Array(size),
  deviceUtility: new Float64Array(size),
  participation: new Float64Array(size),
  truthful: new Float64Array(size)
})

export const clearTotals = (totals: ResponseTotals): void => {
  totals.serverUtility.fill(0)
  totals.deviceUtility.fill(0)
  totals.participation.fill(0)
  totals.truthful.fill(0)
}

/** Utility of a device of type `k` (0-based) that takes item `choice`: rho psi_k r - c s - c0, and 0 for staying out (0). */
export const choiceUtility = (
  batch: InstanceBatch,
  i: number,
  k: number,
  choice: number,
  menu: ContractMenu,
  { qualityShare, paymentShare }: Conduct
): number => {
  if (choice === 0) return 0
  const own = i * batch.typeCount + k
  const n = i * batch.typeCount + choice - 1
  const { breakEvenPrices, participationPayments } = batch
  const size = qualityShare * menu.dataSizes[n]
  const payment = paymentShare * menu.payments[n]
  return paymentValue(batch, own) * netPayment(breakEvenPrices[own], participationPayments[own], size, payment)
}

/** Counts a share `weight` of all devices that are of type `k` (0-based), take item `choice` and have `utility` from it. */
export const addChoice = (
  batch: InstanceBatch,
  i: number,
  k: number,
  choice: number,
  weight: number,
  utility: number,
  profits: Float64Array,
  totals: ResponseTotals
): void => {
  if (choice === 0) return
  totals.serverUtility[i] += batch.economy.deviceCount * weight * profits[choice - 1]
  totals.deviceUtility[i] += weight * utility
  totals.participation[i] += weight
  if (choice === k + 1) totals.truthful[i] += weight
}
