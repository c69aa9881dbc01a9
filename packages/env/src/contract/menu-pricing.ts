import type { ContractMenu } from "./contract-menu.ts"
import { firstBestSize } from "./first-best.ts"
import type { InstanceBatch } from "./instance-batch.ts"

/** At full slack, type 1 gets this fraction of its first-best cost above its break-even payment. */
export const TOP_UP = 0.2

/**
 * Payments for non-decreasing data sizes: pointwise minimal without slack, and all that participation and
 * incentive compatibility allow as the slack goes from 0 to 1.
 *
 * r_1 = a_1 s_1 + f_1 + 0.2 m_1 a_1 sFB_1 and r_k = r_{k-1} + (a_k + m_k (a_{k-1} - a_k)) (s_k - s_{k-1}): neighbours do
 * not envy each other exactly if the price of the extra data lies in [a_k, a_{k-1}], and with monotone sizes that rules
 * out all envy.
 *
 * In place: `menu.payments` of instance `i` holds the slacks m_k on entry. Types below `firstServed` (0-based) are left as
 * they are.
 */
export const priceMenu = (batch: InstanceBatch, i: number, firstServed: number, menu: ContractMenu): void => {
  const { breakEvenPrices, participationPayments } = batch
  const { dataSizes, payments } = menu
  const end = (i + 1) * batch.typeCount
  const first = i * batch.typeCount + firstServed
  if (first >= end) return
  let price = breakEvenPrices[first]
  let size = dataSizes[first]
  const topUp = payments[first] === 0 ? 0 : TOP_UP * payments[first] * price * firstBestSize(batch, i, first)
  let payment = price * size + participationPayments[first] + topUp
  payments[first] = payment
  for (let k = first + 1; k < end; k++) {
    const lowerPrice = breakEvenPrices[k]
    payment += (lowerPrice + payments[k] * (price - lowerPrice)) * (dataSizes[k] - size)
    payments[k] = payment
    price = lowerPrice
    size = dataSizes[k]
  }
}
