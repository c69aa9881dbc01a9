import { fc, test as property } from "@fast-check/vitest"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { PrunedDiffusionSacConfig, type PruningConfig } from "./config.ts"
import { eventsDue, sparsityAt } from "./schedule.ts"
import { normaliseByLayer, removeLeastImportant } from "./threshold.ts"

const pruning = (keys: Partial<PruningConfig> = {}): PruningConfig =>
  Schema.decodeUnknownSync(PrunedDiffusionSacConfig)({ pruning: keys }).pruning

describe("schedule", () => {
  test("nothing before the start, the cube in between, the rate at the end and beyond", () => {
    const config = pruning({ rate: 0.5, start: 0.1, duration: 0.6, events: 50 })
    expect([0, 0.0999, 0.1, 0.1119, 0.112, 0.4, 0.7, 1].map((progress) => eventsDue(config, progress))).toEqual([
      0, 0, 0, 0, 1, 25, 50, 50
    ])
    expect([0, 25, 50, 60].map((event) => sparsityAt(config, event))).toEqual([0, 0.5 - 0.5 / 8, 0.5, 0.5])
    expect(sparsityAt(config, 1)).toBeCloseTo(0.5 * (1 - 0.98 ** 3), 12)
  })

  test("one-shot: everything at the first event", () => {
    const config = pruning({ mode: "one-shot", rate: 0.3 })
    expect([0, 1, 2].map((event) => sparsityAt(config, event))).toEqual([0, 0.3, 0.3])
  })
})

const layer = (importance: readonly number[], minimum = 0) => ({
  importance: Float64Array.from(importance),
  living: new Uint8Array(importance.length).fill(1),
  minimum
})

describe("what is removed", () => {
  property.prop([
    fc.array(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 }), {
      minLength: 1,
      maxLength: 4
    }),
    fc.double({ min: 0, max: 0.95, noNaN: true })
  ])("fraction: exactly floor(sparsity n), and none more important than one that stays", (importances, sparsity) => {
    const layers = importances.map((values) => layer(values))
    const total = importances.flat().length
    const removed = removeLeastImportant(layers, "fraction", { total, sparsity, before: 0 })
    expect(removed).toBe(Math.floor(sparsity * total + 1e-9))
    const values = (flag: number) => layers.flatMap((l) => [...l.importance].filter((_, i) => l.living[i] === flag))
    expect(values(0)).toHaveLength(removed)
    if (removed > 0) expect(Math.max(...values(0))).toBeLessThanOrEqual(Math.min(...values(1)))
    // the same sparsity again removes nothing more
    expect(removeLeastImportant(layers, "fraction", { total, sparsity, before: sparsity })).toBe(0)
  })

  test("floors win, and the rest comes from other layers", () => {
    const layers = [layer([1, 2, 3, 4], 3), layer([5, 6, 7, 8], 1)]
    expect(removeLeastImportant(layers, "fraction", { total: 8, sparsity: 0.75, before: 0 })).toBe(4)
    expect(layers.map(({ living }) => [...living])).toEqual([
      [0, 1, 1, 1],
      [0, 0, 0, 1]
    ])
  })

  test("mass: while the removed importance stays within its share", () => {
    const layers = [layer([1, 2, 3, 4])]
    expect(removeLeastImportant(layers, "mass", { total: 4, sparsity: 0.3, before: 0 })).toBe(2)
  })

  test("mean: what is below that multiple of the mean", () => {
    const layers = [layer([1, 1, 1, 9])]
    expect(removeLeastImportant(layers, "mean", { total: 4, sparsity: 0.3, before: 0 })).toBe(0)
    expect(removeLeastImportant(layers, "mean", { total: 4, sparsity: 0.5, before: 0 })).toBe(3)
  })

  test("importance is relative to the layer's living neurons", () => {
    const state = { ...layer([2, 4, 100]), living: Uint8Array.of(1, 1, 0) }
    normaliseByLayer(state)
    expect([...state.importance.subarray(0, 2)]).toEqual([2 / 3, 4 / 3])
  })
})

test("a configuration that cannot be is refused", () => {
  const decode = (config: unknown) => Schema.decodeUnknownSync(PrunedDiffusionSacConfig)(config)
  expect(() => decode({ betaSchedule: "linear", denoisingSteps: 1 })).toThrow(/at least 2 denoisingSteps/)
  expect(() => decode({ pruning: { importance: "activation", critics: true } })).toThrow(/another importance/)
  expect(() => decode({ pruning: { rate: 1 } })).toThrow()
})
