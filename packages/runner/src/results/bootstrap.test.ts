import { RngStreams } from "@twinpact/core"
import { describe, expect, test } from "vitest"
import { bootstrapMean, meanOf, quantile } from "./bootstrap.ts"

describe("quantile", () => {
  test("interpolates between order statistics (type 7)", () => {
    expect(quantile([1, 2, 3, 4], 0)).toBe(1)
    expect(quantile([1, 2, 3, 4], 1)).toBe(4)
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([10, 20, 30, 40, 50], 0.025)).toBeCloseTo(11, 12) // position 0.1
    expect(quantile([10, 20, 30, 40, 50], 0.975)).toBeCloseTo(49, 12) // position 3.9
  })
})

describe("bootstrapMean", () => {
  test("the mean, and bounds that no resample can leave", () => {
    const { mean, low, high } = bootstrapMean([1, 2, 6], "a")
    expect(mean).toBe(3)
    // 27 equally likely resamples: the lowest mean 1 has probability 1/27 > 2.5%, the highest 6 as well.
    expect(low).toBe(1)
    expect(high).toBe(6)
  })

  test("two values: resampled means are the ends and the middle, 1/4, 1/2, 1/4", () => {
    expect(bootstrapMean([0, 1], "a")).toEqual({ mean: 0.5, low: 0, high: 1 })
  })

  test("comes close to mean +- 1.96 s / sqrt(n) for many normal values", () => {
    const rngStream = new RngStreams(1).get("test")
    const values = Array.from({ length: 1_000 }, () => rngStream.normal())
    const { mean, low, high } = bootstrapMean(values, "a")
    const half = 1.96 * Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 999 / 1_000)
    expect(Math.abs(mean - low - half)).toBeLessThan(0.05 * half * 2)
    expect(Math.abs(high - mean - half)).toBeLessThan(0.05 * half * 2)
  })

  test("depends on values and stream alone", () => {
    const values = [0.1, 0.5, 0.2, 0.93, 0.41, 0.77, 0.38, 0.64, 0.05, 0.59, 0.71, 0.86]
    expect(bootstrapMean(values, "a")).toEqual(bootstrapMean(values, "a"))
    expect(bootstrapMean(values, "a")).not.toEqual(bootstrapMean(values, "b"))
  })

  test("equal values have an interval without width, one value has none, none has no mean", () => {
    expect(bootstrapMean([0.1, 0.1, 0.1], "a")).toEqual({ mean: 0.1, low: 0.1, high: 0.1 })
    expect(bootstrapMean([0.1], "a")).toEqual({ mean: 0.1, low: Number.NaN, high: Number.NaN })
    expect(meanOf([])).toBeNaN()
  })
})
