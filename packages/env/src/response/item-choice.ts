import type { ContractMenu } from "../contract/contract-menu.ts"
import { netPayment } from "../contract/device-utility.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { itemProfit } from "../contract/server-utility.ts"

/** What a device does with the item it takes: it delivers a share of the data and expects a share of the payment. */
export interface Conduct {
  /** Good data delivered per unit promised: 1, or less for a device that cheats. */
  readonly qualityShare: number
  /** Probability of being paid. */
  readonly paymentShare: number
}

export const HONEST: Conduct = { qualityShare: 1, paymentShare: 1 }

/** Two items are tied for a type if they differ by less than this share of 1 + |payment|, in units of payment. */
const TIE_TOLERANCE = 1e-6

/** The server's profit from each item of instance `i`, per device that takes it, into `profits` `[typeCount]`. */
export const fillProfits = (
  batch: InstanceBatch,
  i: number,
  menu: ContractMenu,
  { qualityShare, paymentShare }: Conduct,
  profits: Float64Array
): void => {
  const row = i * batch.typeCount
  for (let n = 0; n < batch.typeCount; n++) {
    profits[n] = itemProfit(batch, i, qualityShare * menu.dataSizes[row + n], paymentShare * menu.payments[row + n])
  }
}

/**
 * The item that type `k` (0-based) takes: 1..K, or 0 to stay out.
 *
 * It takes what is best for itself. Optimal menus leave types exactly indifferent, so ties within `TIE_TOLERANCE` go to the
 * item meant for type k, else to the item with the largest profit (staying out: 0), else to the smallest index.
 */
export const chooseItem = (
  batch: InstanceBatch,
  i: number,
  k: number,
  menu: ContractMenu,
  { qualityShare, paymentShare }: Conduct,
  profits: Float64Array
): number => {
  const { dataSizes, payments } = menu
  const { typeCount } = batch
  const row = i * typeCount
  const price = batch.breakEvenPrices[row + k]
  const fixed = batch.participationPayments[row + k]
  let best = 0
  for (let n = row; n < row + typeCount; n++) {
    best = Math.max(best, netPayment(price, fixed, qualityShare * dataSizes[n], paymentShare * payments[n]))
  }
  const own = paymentShare * payments[row + k]
  if (best - netPayment(price, fixed, qualityShare * dataSizes[row + k], own) <= TIE_TOLERANCE * (1 + Math.abs(own))) {
    return k + 1
  }
  let choice = -1
  let profit = -Infinity
  if (best <= TIE_TOLERANCE) {
    choice = 0
    profit = 0
  }
  for (let n = 0; n < typeCount; n++) {
    const payment = paymentShare * payments[row + n]
    const kept = netPayment(price, fixed, qualityShare * dataSizes[row + n], payment)
    if (best - kept <= TIE_TOLERANCE * (1 + Math.abs(payment)) && profits[n] > profit) {
      choice = n + 1
      profit = profits[n]
    }
  }
  return choice
}
