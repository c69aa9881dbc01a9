import { fc } from "@fast-check/vitest"
import type { ContractInstance } from "../src/contract/contract-instance.ts"

// Failures should repeat; raise numRuns to look for new ones.
fc.configureGlobal({ seed: 1, numRuns: 200 })

const common = { deviceCount: 10, incentiveWeight: 0.6, unitCost: 30, fixedCost: 0.01 }

/** Instances with solutions computed by an independent program. */
export const twoTypes: ContractInstance = {
  ...common,
  unitRevenue: 12.5,
  fairnessExponent: 0.5,
  deviceTypes: [75, 225],
  typeProbabilities: [0.5, 0.5]
}
export const twoBunches: ContractInstance = {
  ...twoTypes,
  deviceTypes: [60, 100, 140, 180, 220],
  typeProbabilities: [0.3, 0.05, 0.3, 0.05, 0.3]
}
export const equalAndMassless: ContractInstance = {
  ...twoTypes,
  deviceTypes: [60, 100, 100, 180, 220],
  typeProbabilities: [0, 0.4, 0.2, 0, 0.4]
}
export const lowExponent: ContractInstance = {
  ...common,
  unitRevenue: 1,
  fairnessExponent: 0.3,
  deviceTypes: [50, 60, 240],
  typeProbabilities: [0.2, 0.1, 0.7]
}
export const linear: ContractInstance = {
  ...common,
  unitRevenue: 0.4,
  fairnessExponent: 0,
  maximumDataSize: 100,
  deviceTypes: [60, 100, 200],
  typeProbabilities: [0.3, 0.3, 0.4]
}

/** Instances of 1 to `maximumTypes` types, with and without equal types, massless types and fixed costs. */
export const contractInstances = (maximumTypes: number): fc.Arbitrary<ContractInstance> =>
  fc
    .record({
      types: fc.array(fc.record({ psi: fc.integer({ min: 50, max: 250 }), weight: fc.integer({ min: 0, max: 20 }) }), {
        minLength: 1,
        maxLength: maximumTypes
      }),
      unitCost: fc.double({ min: 20, max: 40, noNaN: true }),
      unitRevenue: fc.double({ min: 5, max: 15, noNaN: true }),
      fixedCost: fc.constantFrom(0, 0.01, 20),
      fairnessExponent: fc.constantFrom(0.3, 0.5, 0.8)
    })
    .filter(({ types }) => types.some(({ weight }) => weight > 0))
    .map(({ types, ...rest }) => {
      const mass = types.reduce((sum, { weight }) => sum + weight, 0)
      return {
        ...rest,
        deviceCount: 10,
        incentiveWeight: 0.6,
        deviceTypes: types.map(({ psi }) => psi).sort((a, b) => a - b),
        typeProbabilities: types.map(({ weight }) => weight / mass)
      }
    })

/** True if |found - expected| <= tolerance (1 + |expected|) in every component. */
export const isNear = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-9): boolean =>
  found.length === expected.length &&
  Array.from(expected).every((value, k) => Math.abs(found[k] - value) <= tolerance * (1 + Math.abs(value)))
