import { describe, expect, test } from "vitest"
import { twoBunches, twoTypes } from "../../test/contract-instances.ts"
import { secondBest } from "../contract/second-best.ts"
import { selfSelect } from "./self-selection.ts"

describe("selfSelect", () => {
  test.each([twoTypes, twoBunches])("gives the optimum its value although every device is indifferent", (instance) => {
    const optimum = secondBest(instance)
    const selection = selfSelect(instance, optimum)
    expect(Math.abs(selection.serverUtility / optimum.serverUtility - 1)).toBeLessThan(1e-12)
    expect(selection.participation).toBeCloseTo(1, 12)
    expect(selection.truthful).toBeCloseTo(1, 12)
  })

  test("loses the lowest type and moves the highest down if all payments are 1% lower", () => {
    const optimum = secondBest(twoTypes)
    const selection = selfSelect(twoTypes, { ...optimum, payments: optimum.payments.map((payment) => 0.99 * payment) })
    expect(Array.from(selection.choices)).toEqual([0, 1])
    expect(selection.serverUtility).toBeCloseTo(988.5926, 4)
    expect(selection.participation).toBe(0.5)
    expect(selection.truthful).toBe(0)
    // q_2 (rho psi_2 r_1 - c s_1 - c0) with r_1 = 0.99 * 84.3752222
    expect(selection.deviceUtility).toBeCloseTo(0.5 * (135 * 0.99 * 84.37522222 - 30 * 126.5625 - 0.01), 5)
  })

  test("breaks other ties for the server, then for the smallest index", () => {
    const free = { ...twoTypes, fixedCost: 0 }
    const price = 30 / 45
    // Type 1 is indifferent between staying out, item 1 (unattractive, so not a tie) and item 2, sold at its own price.
    const menu = { dataSizes: Float64Array.of(100, 10), payments: Float64Array.of(0, price * 10) }
    expect(selfSelect(free, menu).choices[0]).toBe(2)
    const dear = { dataSizes: Float64Array.of(1000, 1e4), payments: Float64Array.of(0, price * 1e4) }
    expect(selfSelect({ ...free, unitRevenue: 1 }, dear).choices[0]).toBe(0)
  })
})
