import { fc, test } from "@fast-check/vitest"
import { describe, expect } from "vitest"
import { contractInstances, isNear, linear, lowExponent, twoBunches, twoTypes } from "../../test/contract-instances.ts"
import { secondBest } from "../contract/second-best.ts"
import { serverUtility } from "../contract/server-utility.ts"
import { violations } from "../contract/violations.ts"
import { InvalidInstanceError } from "../errors.ts"
import { decodeMenu, encodeFeasible } from "./decode-menu.ts"

const component = fc.double({ min: -1.5, max: 1.5, noNaN: true })

describe("the decoder feasible", () => {
  test.prop([contractInstances(10), fc.array(component, { minLength: 20, maxLength: 20 })])(
    "gives menus that satisfy every constraint, whatever the action",
    (instance, components) => {
      const action = Float64Array.from(components.slice(0, 2 * instance.deviceTypes.length))
      const menu = decodeMenu(instance, "feasible", action)
      const { individualRationality, incentiveCompatibility } = violations(instance, menu)
      const scale = 1e-9 * Math.max(1, ...menu.payments)
      expect(Math.max(...individualRationality, ...incentiveCompatibility)).toBeLessThan(scale)
    }
  )

  test.prop([contractInstances(20)])("contains the optimum, which survives encoding and decoding", (instance) => {
    const optimum = secondBest(instance)
    const action = encodeFeasible(instance, optimum)
    expect(action.every((value) => value >= -1 && value <= 1)).toBe(true)
    const { serverUtility: best } = optimum
    expect(isNear([serverUtility(instance, decodeMenu(instance, "feasible", action))], [best], 1e-8)).toBe(true)
  })

  test("inverts margins too", () => {
    const menu = secondBest(twoBunches, { margin: 0.3 })
    const back = decodeMenu(twoBunches, "feasible", encodeFeasible(twoBunches, menu))
    expect(isNear(back.payments, menu.payments)).toBe(true)
  })

  test.each([linear, { ...twoTypes, maximumDataSize: 500 }, lowExponent])(
    "works with limits and other beta",
    (instance) => {
      const optimum = secondBest(instance)
      const action = encodeFeasible(instance, optimum)
      expect(isNear(decodeMenu(instance, "feasible", action).payments, optimum.payments)).toBe(true)
      const most = decodeMenu(
        instance,
        "feasible",
        action.map(() => 1)
      ).dataSizes
      expect(Math.max(...most)).toBeLessThanOrEqual(instance.maximumDataSize ?? Infinity)
    }
  )

  test("feasible-sizes is feasible without slack", () => {
    const sizes = Float64Array.of(-0.5, 0.25)
    const both = Float64Array.of(-0.5, 0.25, -1, -1)
    expect(decodeMenu(twoTypes, "feasible-sizes", sizes)).toEqual(decodeMenu(twoTypes, "feasible", both))
  })

  test("takes one number per component", () => {
    expect(() => decodeMenu(twoTypes, "feasible", new Float64Array(3))).toThrow(InvalidInstanceError)
  })
})
