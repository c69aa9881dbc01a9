import { ConfigurationError } from "@twinpact/core"
import { describe, expect, test } from "vitest"
import { contractSettings } from "../../test/contract-settings.ts"

describe("the configuration of contract", () => {
  test("has the paper's economy as its default, and the mean optimum as the scale of rewards", () => {
    const { distribution, rewardScale, decoder } = contractSettings()
    expect(distribution.typeRanges).toEqual([
      [50, 100],
      [200, 250]
    ])
    expect(Math.abs(rewardScale / 4478 - 1)).toBeLessThan(0.02)
    expect(decoder.labels).toHaveLength(4)
  })

  test("uses strata where there are more types, or where told to", () => {
    expect(contractSettings({ typeCount: 4 }).distribution.typeRanges[1]).toEqual([100, 150])
    expect(contractSettings({ distribution: "strata" }).distribution.typeRanges[0]).toEqual([50, 150])
    expect(() => contractSettings({ typeCount: 3, distribution: "paper" })).toThrow(ConfigurationError)
  })

  test("refuses data sizes without bound, and says what to do", () => {
    expect(() => contractSettings({ fairnessExponent: 0 })).toThrow(/fairnessExponent.*maximumDataSize/)
    expect(() => contractSettings({ fairnessExponent: 0.02 })).toThrow(ConfigurationError)
    expect(contractSettings({ fairnessExponent: 0, maximumDataSize: 100 }).rewardScale).toBeGreaterThan(0)
  })

  test.each([
    { fairnessExponent: 1 },
    { typeCount: 1 },
    { typeCount: 51 },
    { unitCost: [35, 25] },
    { devices: { temperature: -1 } },
    { reward: "mean" }
  ])("refuses %o", (config) => {
    expect(() => contractSettings(config)).toThrow()
  })

  test("scales rewards by 1 where nothing can be earned", () => {
    expect(contractSettings({ fixedCost: 1e9 }).rewardScale).toBe(1)
    expect(contractSettings({ rewardScale: 7 }).rewardScale).toBe(7)
  })
})
