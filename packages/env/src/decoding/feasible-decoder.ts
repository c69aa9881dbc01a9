import type { ContractMenu } from "../contract/contract-menu.ts"
import { raise } from "../contract/data-value.ts"
import { firstBestSize } from "../contract/first-best.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { priceMenu, TOP_UP } from "../contract/menu-pricing.ts"
import { type ActionRows, type Decoder, FORMULA_SYMBOLS, numbered, sizeExponent, toUnit } from "./decoder.ts"

const HEADROOM = 1.2

/** Non-decreasing data sizes from the `typeCount` action components at `offset`. */
const decodeSizes = (
  batch: InstanceBatch,
  i: number,
  actions: ActionRows,
  offset: number,
  exponent: number,
  dataSizes: Float64Array
): void => {
  const { typeCount, economy } = batch
  const row = i * typeCount
  let size = 0
  for (let k = 0; k < typeCount; k++) {
    const step = HEADROOM * firstBestSize(batch, i, row + k) * raise(toUnit(actions[offset + k]), exponent)
    size = Math.min(economy.maximumDataSize, size + step)
    dataSizes[row + k] = size
  }
}

/**
 * Exactly the menus that satisfy participation and incentive compatibility, within a box that contains the optimum
 *: s_k = s_{k-1} + 1.2 sFB_k u_k^e with e = 1 / max(beta, 0.125), and `priceMenu` with the slacks u_{K+k}.
 *
 * Whatever the action, no type wants another item than its own. The optimum has all slacks at 0, where a = -1.
 */
export const feasibleDecoder = (typeCount: number, fairnessExponent: number): Decoder => {
  const exponent = sizeExponent(fairnessExponent)
  return {
    labels: [...numbered("data step", typeCount), ...numbered("payment slack", typeCount)],
    formula: `s_k = s_(k-1) + ${HEADROOM} sFB_k u_k^${exponent}; r_1 = a_1 s_1 + f_1 + ${TOP_UP} a_1 sFB_1 u_(K+1), r_k = r_(k-1) + (a_k + u_(K+k) (a_(k-1) - a_k)) (s_k - s_(k-1)); ${FORMULA_SYMBOLS}`,
    decode(batch, i, actions, menu) {
      const row = i * typeCount
      decodeSizes(batch, i, actions, 2 * row, exponent, menu.dataSizes)
      for (let k = 0; k < typeCount; k++) menu.payments[row + k] = toUnit(actions[2 * row + typeCount + k])
      priceMenu(batch, i, 0, menu)
    }
  }
}

/** Like `feasibleDecoder` with all slacks at 0: the action says data sizes alone, at the lowest payments for them. */
export const feasibleSizesDecoder = (typeCount: number, fairnessExponent: number): Decoder => {
  const exponent = sizeExponent(fairnessExponent)
  return {
    labels: numbered("data step", typeCount),
    formula: `s_k = s_(k-1) + ${HEADROOM} sFB_k u_k^${exponent}; r_1 = a_1 s_1 + f_1, r_k = r_(k-1) + a_k (s_k - s_(k-1)); ${FORMULA_SYMBOLS}`,
    decode(batch, i, actions, menu) {
      const row = i * typeCount
      decodeSizes(batch, i, actions, row, exponent, menu.dataSizes)
      menu.payments.fill(0, row, row + typeCount)
      priceMenu(batch, i, 0, menu)
    }
  }
}

/**
 * The action that `feasibleDecoder` turns into this menu of a batch of one `[2 typeCount]`. Where the menu leaves a
 * component free (equal types, no extra data), it is -1; menus outside the decoder's box are clipped to it.
 */
export const encodeFeasibleBatch = (batch: InstanceBatch, menu: ContractMenu): Float64Array => {
  const { typeCount, breakEvenPrices, participationPayments } = batch
  const { dataSizes, payments } = menu
  const exponent = sizeExponent(batch.economy.fairnessExponent)
  const action = new Float64Array(2 * typeCount).fill(-1)
  const set = (component: number, unit: number) => {
    if (unit > 0) action[component] = 2 * Math.min(1, unit) - 1
  }
  for (let k = 0; k < typeCount; k++) {
    const firstBestOfType = firstBestSize(batch, 0, k)
    const price = breakEvenPrices[k]
    const step = dataSizes[k] - (k === 0 ? 0 : dataSizes[k - 1])
    set(k, raise(step / (HEADROOM * firstBestOfType), 1 / exponent))
    if (k === 0) {
      const topUp = payments[0] - price * dataSizes[0] - participationPayments[0]
      set(typeCount, topUp / (TOP_UP * price * firstBestOfType))
    } else {
      set(typeCount + k, ((payments[k] - payments[k - 1]) / step - price) / (breakEvenPrices[k - 1] - price))
    }
  }
  return action
}
