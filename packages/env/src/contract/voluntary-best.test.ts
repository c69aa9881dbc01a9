import { fc, test } from "@fast-check/vitest"
import { describe, expect } from "vitest"
import { contractInstances, isNear, linear, twoTypes } from "../../test/contract-instances.ts"
import { selfSelect } from "../response/self-selection.ts"
import type { ContractInstance } from "./contract-instance.ts"
import { secondBest } from "./second-best.ts"
import { voluntaryBest } from "./voluntary-best.ts"

/** The best over all sets of served types: each set is the problem of those types alone. */
const bruteForce = (instance: ContractInstance): number => {
  const K = instance.deviceTypes.length
  let best = 0
  for (let set = 1; set < 2 ** K; set++) {
    const served = Array.from({ length: K }, (_, k) => k).filter((k) => (set >> k) % 2 === 1)
    const masses = served.map((k) => instance.typeProbabilities[k])
    const mass = masses.reduce((sum, q) => sum + q, 0)
    if (mass === 0) continue
    const restricted = {
      ...instance,
      deviceTypes: served.map((k) => instance.deviceTypes[k]),
      typeProbabilities: masses.map((q) => q / mass)
    }
    best = Math.max(best, mass * secondBest(restricted).serverUtility)
  }
  return best
}

describe("voluntaryBest", () => {
  test.prop([contractInstances(7), fc.constantFrom(0, 0.01, 20, 5e3, 1e5)])(
    "is the best over all sets of served types",
    (instance, fixedCost) => {
      const costly = { ...instance, fixedCost }
      const { serverUtility } = voluntaryBest(costly)
      expect(isNear([serverUtility], [bruteForce(costly)], 1e-9)).toBe(true)
    }
  )

  test.prop([contractInstances(10), fc.constantFrom(0.01, 5e3, 1e5)])(
    "is what its menu earns when devices choose for themselves",
    (instance, fixedCost) => {
      const costly = { ...instance, fixedCost }
      const solution = voluntaryBest(costly)
      expect(isNear([selfSelect(costly, solution).serverUtility], [solution.serverUtility], 1e-6)).toBe(true)
    }
  )

  test("excludes the lowest types where serving them costs more than it brings", () => {
    const costly = { ...twoTypes, fixedCost: 5e3 }
    const solution = voluntaryBest(costly)
    expect(solution.firstServed).toBe(1)
    expect(solution.dataSizes[0]).toBe(0)
    expect(solution.serverUtility).toBeGreaterThan(secondBest(costly).serverUtility)
    expect(voluntaryBest({ ...twoTypes, fixedCost: 1e9 })).toMatchObject({ firstServed: 2, serverUtility: 0 })
  })

  test("posts one price where data has linear value", () => {
    expect(voluntaryBest(linear).firstServed).toBe(2)
  })
})
