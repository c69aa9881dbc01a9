import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, requireItems } from "./contract-menu.ts"
import { netPayment } from "./device-utility.ts"
import type { InstanceBatch } from "./instance-batch.ts"

/** A constraint of type k counts as violated beyond this share of 1 + |r_k|: room for rounding, not for gain. */
const VIOLATION_TOLERANCE = 1e-6

/** Shortfalls of the menus of a batch, in units of payment `[size]`, and whether any of them exceeds the tolerance (0/1). */
export interface MenuViolations {
  readonly participationShortfalls: Float64Array
  readonly incentiveShortfalls: Float64Array
  readonly irViolations: Float64Array
  readonly icViolations: Float64Array
}

export const createMenuViolations = (size: number): MenuViolations => ({
  participationShortfalls: new Float64Array(size),
  incentiveShortfalls: new Float64Array(size),
  irViolations: new Float64Array(size),
  icViolations: new Float64Array(size)
})

/**
 * IR_k = [f_k - (r_k - a_k s_k)]+: what type k lacks to take part. The item (0, 0) is staying out, and lacks nothing.
 * `k` is an index into the batch's type arrays.
 */
const participationShortfall = (batch: InstanceBatch, menu: ContractMenu, k: number): number => {
  const size = menu.dataSizes[k]
  const payment = menu.payments[k]
  if (size === 0 && payment === 0) return 0
  return Math.max(0, -netPayment(batch.breakEvenPrices[k], batch.participationPayments[k], size, payment))
}

/** IC_kn = [(r_n - a_k s_n) - (r_k - a_k s_k)]+: what type k gains by taking item n instead of its own. */
const incentiveShortfall = (
  batch: InstanceBatch,
  { dataSizes, payments }: ContractMenu,
  k: number,
  n: number
): number => Math.max(0, payments[n] - payments[k] - batch.breakEvenPrices[k] * (dataSizes[n] - dataSizes[k]))

/** Sums the shortfalls of instance `i`'s menu over all types and pairs of types. */
export const addViolations = (batch: InstanceBatch, i: number, menu: ContractMenu, result: MenuViolations): void => {
  const first = i * batch.typeCount
  const end = first + batch.typeCount
  let participation = 0
  let incentive = 0
  let violatesIr = 0
  let violatesIc = 0
  for (let k = first; k < end; k++) {
    const tolerance = VIOLATION_TOLERANCE * (1 + Math.abs(menu.payments[k]))
    const shortfall = participationShortfall(batch, menu, k)
    participation += shortfall
    if (shortfall > tolerance) violatesIr = 1
    for (let n = first; n < end; n++) {
      const gain = incentiveShortfall(batch, menu, k, n)
      incentive += gain
      if (gain > tolerance) violatesIc = 1
    }
  }
  result.participationShortfalls[i] = participation
  result.incentiveShortfalls[i] = incentive
  result.irViolations[i] = violatesIr
  result.icViolations[i] = violatesIc
}

/** The constraints that a menu violates, all in units of payment. */
export interface Violations {
  /** IR_k `[typeCount]`: what type k lacks to take part. */
  readonly individualRationality: Float64Array
  /** IC_kn `[typeCount, typeCount]`, row k: what type k gains by taking item n instead of its own. */
  readonly incentiveCompatibility: Float64Array
  /** No constraint of any type k is violated by more than 1e-6 (1 + |r_k|). */
  readonly isIncentiveFeasible: boolean
}

/**
 * How far a menu is from leaving every type willing to take its own item:
 * IR_k = [f_k - v_k]+ and IC_kn = [(r_n - a_k s_n) - v_k]+ with v_k = r_k - a_k s_k.
 *
 * @throws InvalidInstanceError if the instance or the menu has the wrong shape.
 */
export const violations = (instance: ContractInstance, menu: ContractMenu): Violations => {
  const batch = batchOfOne(instance)
  const { typeCount } = batch
  requireItems(menu, typeCount)
  const totals = createMenuViolations(1)
  addViolations(batch, 0, menu, totals)
  return {
    individualRationality: Float64Array.from(menu.payments, (_, k) => participationShortfall(batch, menu, k)),
    incentiveCompatibility: Float64Array.from({ length: typeCount * typeCount }, (_, pair) =>
      incentiveShortfall(batch, menu, Math.floor(pair / typeCount), pair % typeCount)
    ),
    isIncentiveFeasible: totals.irViolations[0] === 0 && totals.icViolations[0] === 0
  }
}
