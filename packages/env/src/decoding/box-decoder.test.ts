import { describe, expect, test } from "vitest"
import { isNear, linear, twoTypes } from "../../test/contract-instances.ts"
import { secondBest } from "../contract/second-best.ts"
import { paperDistribution, strataDistribution } from "../distribution/instance-distribution.ts"
import { boxLimits } from "./box-decoder.ts"
import { decodeMenu } from "./decode-menu.ts"

describe("the decoder box", () => {
  test("is linear in the action and clips it", () => {
    const menu = decodeMenu(twoTypes, "box", Float64Array.of(-1, 0, 3, -0.5))
    expect(Array.from(menu.dataSizes)).toEqual([0, 4050])
    expect(Array.from(menu.payments)).toEqual([1700, 425])
  })

  test("keeps the paper's limits on the paper's ranges, and follows other ranges", () => {
    expect(boxLimits(paperDistribution())).toEqual({ dataSize: 8100, payment: 1700 })
    const { dataSize, payment } = boxLimits(strataDistribution(5))
    expect(isNear([dataSize, payment], [8100, 2700])).toBe(true)
    expect(boxLimits(paperDistribution({ economy: { maximumDataSize: 400 } }))).toEqual({ dataSize: 400, payment: 600 })
  })
})

describe("the decoder state", () => {
  test("is a square in units of the top type's first best", () => {
    const menu = decodeMenu(twoTypes, "state", Float64Array.of(0, 1, 0, 1))
    expect(isNear(menu.dataSizes, [0.25 * 1.5 * 3164.0625, 1.5 * 3164.0625])).toBe(true)
    const cost = (30 / 135) * 3164.0625
    expect(isNear(menu.payments, [0.25 * 1.5 * cost, 1.5 * cost])).toBe(true)
  })

  test.each([linear, { ...twoTypes, maximumDataSize: 50 }, { ...twoTypes, fairnessExponent: 0.8 }])(
    "contains the optimum",
    (instance) => {
      const optimum = secondBest(instance)
      const largest = decodeMenu(instance, "state", new Float64Array(2 * instance.deviceTypes.length).fill(1))
      expect(Math.max(...optimum.payments)).toBeLessThanOrEqual(largest.payments[0] + instance.fixedCost)
      expect(Math.max(...optimum.dataSizes)).toBeLessThanOrEqual(largest.dataSizes[0])
    }
  )
})
