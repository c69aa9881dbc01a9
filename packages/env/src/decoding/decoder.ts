import type { ContractMenu } from "../contract/contract-menu.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"

/** Actions in [-1, 1]: rows of the environment are Float32Array; Float64Array keeps an encoded optimum exact. */
export type ActionRows = Float32Array | Float64Array

/** Turns rows of actions into menus. */
export interface Decoder {
  /** Components of one action: one label each. */
  readonly labels: readonly string[]
  /** The menu as a formula of an action, for people who use a policy outside of the environment. */
  readonly formula: string
  /** Writes the menu of instance `i` from row `i` of `actions`; components outside [-1, 1] are clipped. */
  decode(batch: InstanceBatch, i: number, actions: ActionRows, menu: ContractMenu): void
}

/** (a + 1) / 2 of an action component clipped to [-1, 1]. */
export const toUnit = (action: number): number => (Math.max(-1, Math.min(1, action)) + 1) / 2

/** `stem 1` .. `stem K`. */
export const numbered = (stem: string, count: number): string[] =>
  Array.from({ length: count }, (_, k) => `${stem} ${k + 1}`)

/**
 * Exponent that turns an evenly spread action into an evenly resolved data size: sizes grow like (theta / a)^(1/beta).
 * Limited to 8, so that small beta does not push all actions to zero.
 */
export const sizeExponent = (fairnessExponent: number): number => 1 / Math.max(fairnessExponent, 0.125)

/** What the symbols of the formulas mean. */
export const FORMULA_SYMBOLS =
  "u = (a + 1) / 2 of the clipped action; a_k = c / (rho psi_k), f_k = c0 / (rho psi_k); sFB_k = (theta / a_k)^(1/beta), at most the data limit"
