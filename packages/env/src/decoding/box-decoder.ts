import { dataValue } from "../contract/data-value.ts"
import type { InstanceDistribution } from "../distribution/instance-distribution.ts"
import { PAPER_TYPE_RANGES, PAPER_UNIT_COST, PAPER_UNIT_REVENUE } from "../distribution/instance-distribution.ts"
import { largestFirstBest } from "../distribution/largest-first-best.ts"
import { type Decoder, FORMULA_SYMBOLS, numbered, toUnit } from "./decoder.ts"

/** The largest item that a box of menus contains. */
export interface BoxLimits {
  readonly dataSize: number
  readonly payment: number
}

/** On the paper's ranges: the largest first best, and a payment above the largest optimal one including its rent (1,674). */
export const PAPER_LIMITS: BoxLimits = { dataSize: 8100, payment: 1700 }

const isPaper = ({ economy, typeRanges, unitCost, unitRevenue }: InstanceDistribution): boolean =>
  economy.incentiveWeight === 0.6 &&
  economy.fairnessExponent === 0.5 &&
  economy.maximumDataSize === Infinity &&
  String([typeRanges, unitCost, unitRevenue]) === String([PAPER_TYPE_RANGES, PAPER_UNIT_COST, PAPER_UNIT_REVENUE])

/**
 * The box that contains every optimal menu of a distribution: data sizes up to the largest first best, payments up to
 * theta_max g of it, beyond which an item cannot pay.
 */
export const boxLimits = (distribution: InstanceDistribution): BoxLimits => {
  if (isPaper(distribution)) return PAPER_LIMITS
  const dataSize = largestFirstBest(distribution)
  return { dataSize, payment: distribution.unitRevenue[1] * dataValue(dataSize, distribution.economy.fairnessExponent) }
}

/** As in the paper: s_k = dataSize u_k, r_k = payment u_{K+k}, the same box for every instance. */
export const boxDecoder = (typeCount: number, limits: BoxLimits): Decoder => ({
  labels: [...numbered("data size", typeCount), ...numbered("payment", typeCount)],
  formula: `s_k = ${limits.dataSize} u_k, r_k = ${limits.payment} u_(K+k); ${FORMULA_SYMBOLS}`,
  decode(_, i, actions, menu) {
    const row = i * typeCount
    for (let k = 0; k < typeCount; k++) {
      menu.dataSizes[row + k] = limits.dataSize * toUnit(actions[2 * row + k])
      menu.payments[row + k] = limits.payment * toUnit(actions[2 * row + typeCount + k])
    }
  }
})
