import { fc, test } from "@fast-check/vitest"
import { RngStreams } from "@twinpact/core"
import { describe, expect } from "vitest"
import {
  contractInstances,
  equalAndMassless,
  isNear,
  linear,
  lowExponent,
  twoBunches,
  twoTypes
} from "../../test/contract-instances.ts"
import { decodeMenu } from "../decoding/decode-menu.ts"
import { UnboundedContractError } from "../errors.ts"
import type { ContractInstance } from "./contract-instance.ts"
import { firstBest } from "./first-best.ts"
import { secondBest } from "./second-best.ts"
import { serverUtility } from "./server-utility.ts"
import { violations } from "./violations.ts"

const vectors: readonly [string, ContractInstance, number[], number[], number][] = [
  ["two types", twoTypes, [126.5625, 3164.0625], [84.3752222222222, 759.375222222222], 4218.7477777778],
  [
    "two bunches",
    twoBunches,
    [52.9580433291, 52.9580433291, 711.9914714244, 711.9914714244, 3025],
    [44.131980552, 44.131980552, 279.5010620146, 279.5010620146, 805.1848185091],
    3548.264548955
  ],
  [
    "equal types and types without mass",
    equalAndMassless,
    [0, 336.1111111111, 336.1111111111, 336.1111111111, 3025],
    [0.0002777778, 168.0558333333, 168.0558333333, 168.0558333333, 779.1669444444],
    4124.9972222222
  ],
  [
    "beta 0.3",
    lowExponent,
    [0.0305676546, 0.0305676546, 186.5538106421],
    [0.030900988, 0.030900988, 38.8899099437],
    116.704697768
  ],
  ["beta 0 with a size limit", linear, [0, 0, 100], [0.0002777778, 0.0002777778, 25.0002777778], 59.9972222222]
]

/** s_k = max over i <= k of min over j >= k of (theta sum q / sum b)^(1/beta), sums over i..j. */
const maxMinSizes = ({ unitCost, incentiveWeight, ...instance }: ContractInstance): number[] => {
  const q = Array.from(instance.typeProbabilities)
  const a = Array.from(instance.deviceTypes, (psi) => unitCost / (incentiveWeight * psi))
  const above = q.map((_, k) => q.slice(k).reduce((sum, mass) => sum + mass, 0))
  const b = q.map((_, k) => a[k] * above[k] - (k + 1 < q.length ? a[k + 1] * above[k + 1] : 0))
  const sum = (values: number[], i: number, j: number) => values.slice(i, j + 1).reduce((x, y) => x + y, 0)
  return q.map((_, k) => {
    let largest = 0
    for (let i = 0; i <= k; i++) {
      let smallest = Infinity
      for (let j = k; j < q.length; j++) {
        const mass = sum(q, i, j)
        const ratio = mass === 0 ? 0 : (instance.unitRevenue * mass) / sum(b, i, j)
        smallest = Math.min(smallest, ratio ** (1 / instance.fairnessExponent))
      }
      largest = Math.max(largest, smallest)
    }
    return largest
  })
}

describe("secondBest", () => {
  test.each(vectors)("solves the vector: %s", (_, instance, sizes, payments, utility) => {
    const solution = secondBest(instance)
    expect(isNear(solution.dataSizes, sizes), String(solution.dataSizes)).toBe(true)
    expect(isNear(solution.payments, payments), String(solution.payments)).toBe(true)
    expect(Math.abs(solution.serverUtility / utility - 1)).toBeLessThan(1e-9)
  })

  test.prop([contractInstances(20)])("satisfies every constraint", (instance) => {
    const solution = secondBest(instance)
    const { individualRationality, incentiveCompatibility } = violations(instance, solution)
    const scale = 1e-9 * Math.max(1, ...solution.payments)
    expect(Math.max(...individualRationality, ...incentiveCompatibility)).toBeLessThan(scale)
  })

  test.prop([contractInstances(20)])("never beats complete information", (instance) => {
    expect(secondBest(instance).serverUtility).toBeLessThanOrEqual(
      firstBest(instance).serverUtility * (1 + 1e-12) + 1e-9
    )
  })

  test.prop([contractInstances(20)], { numRuns: 30 })("is not beaten by 1,000 random feasible menus", (instance) => {
    const rngStream = new RngStreams(1).get("actions")
    const action = new Float64Array(2 * instance.deviceTypes.length)
    let best = -Infinity
    for (let trial = 0; trial < 1000; trial++) {
      rngStream.fillUniform(action, -1, 1)
      best = Math.max(best, serverUtility(instance, decodeMenu(instance, "feasible", action)))
    }
    const optimum = secondBest(instance).serverUtility
    expect(best).toBeLessThanOrEqual(optimum + 1e-9 * (1 + Math.abs(optimum)))
  })

  test.prop([contractInstances(12)])("pools as the max-min formula says", (instance) => {
    const { typeProbabilities } = instance
    const { dataSizes } = secondBest(instance)
    // Nobody takes the item of a type without mass: its size may be anything in between.
    const withMass = (sizes: ArrayLike<number>) => Array.from(sizes).filter((_, k) => typeProbabilities[k] > 0)
    expect(isNear(withMass(dataSizes), withMass(maxMinSizes(instance)), 1e-6)).toBe(true)
  })

  test.prop([contractInstances(2)])("equals the closed form for two types at beta 0.5", (instance) => {
    fc.pre(instance.deviceTypes.length === 2 && instance.fairnessExponent === 0.5)
    const [a1, a2] = Array.from(instance.deviceTypes, (psi) => instance.unitCost / (0.6 * psi))
    const [q1, q2] = Array.from(instance.typeProbabilities)
    fc.pre(q2 > 0 && a1 > a2)
    const x = [q1 / (a1 - a2 * q2), 1 / a2]
    expect(
      isNear(
        secondBest(instance).dataSizes,
        x.map((value) => (instance.unitRevenue * value) ** 2)
      )
    ).toBe(true)
  })

  test("is the first best for one type", () => {
    const instance = { ...twoTypes, deviceTypes: [100], typeProbabilities: [1] }
    expect(secondBest(instance)).toEqual(firstBest(instance))
  })

  test("raises payments by the margin and keeps sizes and constraints", () => {
    const exact = secondBest(twoTypes)
    const robust = secondBest(twoTypes, { margin: 0.02 })
    expect(robust.dataSizes).toEqual(exact.dataSizes)
    const [a1, a2] = [30 / 45, 30 / 135]
    const first = exact.payments[0] + 0.02 * 0.2 * a1 * (12.5 / a1) ** 2
    const second = first + (a2 + 0.02 * (a1 - a2)) * (exact.dataSizes[1] - exact.dataSizes[0])
    expect(isNear(robust.payments, [first, second])).toBe(true)
    expect(violations(twoTypes, robust).isIncentiveFeasible).toBe(true)
  })

  test("refuses a linear problem without a size limit, unless data is never worth its cost", () => {
    const { maximumDataSize: _, ...unlimited } = linear
    expect(() => secondBest(unlimited)).toThrow(UnboundedContractError)
    expect(() => firstBest(unlimited)).toThrow(UnboundedContractError)
    expect(secondBest({ ...unlimited, unitRevenue: 0.1 }).dataSizes).toEqual(new Float64Array(3))
    expect(firstBest({ ...unlimited, typeProbabilities: [1, 0, 0] }).dataSizes).toEqual(new Float64Array(3))
    expect(() => secondBest({ ...twoTypes, fairnessExponent: 1e-4 })).toThrow("maximumDataSize")
  })
})
