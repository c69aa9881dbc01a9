import { describe, expect, test } from "vitest"
import { twoTypes } from "../../test/contract-instances.ts"
import { InvalidInstanceError } from "../errors.ts"
import { batchOfOne, instanceAt } from "./contract-instance.ts"
import { serverUtility } from "./server-utility.ts"

describe("ContractInstance", () => {
  test.each([
    ["deviceCount", 0],
    ["unitCost", -1],
    ["incentiveWeight", NaN],
    ["fixedCost", -1],
    ["unitRevenue", Infinity],
    ["fairnessExponent", 1],
    ["maximumDataSize", 0],
    ["deviceTypes", []],
    ["deviceTypes", [225, 75]],
    ["deviceTypes", [0, 75]],
    ["typeProbabilities", [1]],
    ["typeProbabilities", [-0.5, 1.5]],
    ["typeProbabilities", [0.5, 0.4]]
  ])("names the field that makes no sense: %s = %s", (key, value) => {
    const wrong = { ...twoTypes, [key]: value }
    expect(() => batchOfOne(wrong)).toThrow(InvalidInstanceError)
    expect(() => batchOfOne(wrong)).toThrow(key)
  })

  test("survives the way into a batch and back", () => {
    const instance = { ...twoTypes, maximumDataSize: 7 }
    const back = instanceAt(batchOfOne(instance), 0)
    expect({
      ...back,
      deviceTypes: [...Array.from(back.deviceTypes)],
      typeProbabilities: Array.from(back.typeProbabilities)
    }).toEqual(instance)
    expect("maximumDataSize" in instanceAt(batchOfOne(twoTypes), 0)).toBe(false)
  })

  test("takes only menus with one item per type", () => {
    const menu = { dataSizes: new Float64Array(3), payments: new Float64Array(2) }
    expect(() => serverUtility(twoTypes, menu)).toThrow(InvalidInstanceError)
  })
})
