import { InvalidInstanceError } from "../errors.ts"

/**
 * A menu of items (s_k, r_k), item k being meant for type k: `dataSizes` s in units of data, `payments` r in units of
 * money `[typeCount]`. The environment keeps the menus of a whole batch in one such pair, `[size, typeCount]`.
 */
export interface ContractMenu {
  readonly dataSizes: Float64Array
  readonly payments: Float64Array
}

/** A menu that solves some problem, with the server utility that it was chosen for. */
export interface ContractSolution extends ContractMenu {
  /** M sum_k q_k (theta g(s_k) - r_k) if every type that is served takes its own item. */
  readonly serverUtility: number
}

export const createMenu = (length: number): ContractMenu => ({
  dataSizes: new Float64Array(length),
  payments: new Float64Array(length)
})

/** @throws InvalidInstanceError unless the menu has one item per type. */
export const requireItems = (menu: ContractMenu, typeCount: number): void => {
  for (const key of ["dataSizes", "payments"] as const) {
    if (menu[key].length !== typeCount) {
      throw new InvalidInstanceError(`the menu's ${key}`, `${typeCount} numbers, one per type`, menu[key].length)
    }
  }
}
