import { dataValue, raise } from "../contract/data-value.ts"
import { firstBestSize } from "../contract/first-best.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { type Decoder, FORMULA_SYMBOLS, numbered, sizeExponent, toUnit } from "./decoder.ts"

const HEADROOM = 1.5

/**
 * The largest payment of the decoder: 1.5 a_K sFB_K, and theta g(sFB_K) where the optimum can cost more than that.
 *
 * No optimal payment exceeds theta g(sFB_K), which is a_K sFB_K / (1 - beta) unless the size limit binds.
 */
const largestPayment = (batch: InstanceBatch, i: number, k: number, size: number): number => {
  const { fairnessExponent, maximumDataSize } = batch.economy
  const cost = batch.breakEvenPrices[k] * size
  if (fairnessExponent <= 0.5 && size < maximumDataSize) return HEADROOM * cost
  const value = batch.unitRevenues[i] * dataValue(size, fairnessExponent)
  return fairnessExponent > 0.5 ? value : Math.max(HEADROOM * cost, value)
}

/**
 * A box in units of the instance's own top type: s_k = 1.5 sFB_K u_k^e, r_k = (largest payment) u_{K+k}^e with
 * e = 1 / max(beta, 0.125), which spreads the resolution evenly as g is a root.
 */
export const stateDecoder = (typeCount: number, fairnessExponent: number): Decoder => {
  const exponent = sizeExponent(fairnessExponent)
  return {
    labels: [...numbered("data size", typeCount), ...numbered("payment", typeCount)],
    formula: `s_k = ${HEADROOM} sFB_K u_k^${exponent}, r_k = R u_(K+k)^${exponent} with R = ${HEADROOM} a_K sFB_K (theta g(sFB_K) where the optimum can cost more); ${FORMULA_SYMBOLS}`,
    decode(batch, i, actions, menu) {
      const row = i * typeCount
      const top = row + typeCount - 1
      const size = firstBestSize(batch, i, top)
      const payment = largestPayment(batch, i, top, size)
      for (let k = 0; k < typeCount; k++) {
        const wanted = HEADROOM * size * raise(toUnit(actions[2 * row + k]), exponent)
        menu.dataSizes[row + k] = Math.min(wanted, batch.economy.maximumDataSize)
        menu.payments[row + k] = payment * raise(toUnit(actions[2 * row + typeCount + k]), exponent)
      }
    }
  }
}
