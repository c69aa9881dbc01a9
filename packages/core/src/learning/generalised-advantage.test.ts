import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { generalisedAdvantage, normaliseAdvantages } from "./generalised-advantage.ts"

const floats = (values: readonly number[]) => Float32Array.from(values)

describe("generalised advantage", () => {
  test("three steps of one row by hand, and a second row that is truncated after its first", () => {
    // gamma 0.5, lambda 0.5; rows: [1, 2, 3] that terminates, [4 | 5, 6] whose first step is truncated
    const advantages = generalisedAdvantage({
      rows: 2,
      rewards: floats([1, 4, 2, 5, 3, 6]),
      values: floats([0.5, 1, 1, 1, 1.5, 1]),
      nextValues: floats([1, 8, 1.5, 1, 100, 2]),
      terminated: Uint8Array.of(0, 0, 0, 0, 1, 0),
      ended: Uint8Array.of(0, 1, 0, 0, 1, 0),
      gamma: 0.5,
      lambda: 0.5
    })
    const last = [3 - 1.5, 6 + 0.5 * 2 - 1]
    const middle = [2 + 0.5 * 1.5 - 1 + 0.25 * last[0], 5 + 0.5 * 1 - 1 + 0.25 * last[1]]
    const first = [1 + 0.5 * 1 - 0.5 + 0.25 * middle[0], 4 + 0.5 * 8 - 1]
    expect([...advantages]).toEqual([...first, ...middle, ...last])
  })

  property.prop([fc.array(fc.tuple(fc.float({ min: -9, max: 9 }), fc.float({ min: -9, max: 9 })), { minLength: 1 })])(
    "is reward minus value where episodes have one step, whatever gamma and lambda",
    (pairs) => {
      const ones = new Uint8Array(pairs.length).fill(1)
      const [rewards, values] = [floats(pairs.map(([r]) => r)), floats(pairs.map(([, v]) => v))]
      const inputs = { rows: 1, rewards, values, nextValues: floats(pairs.map(() => 7)), terminated: ones, ended: ones }
      const advantages = generalisedAdvantage({ ...inputs, gamma: 0.9, lambda: 0.7 })
      expect(advantages).toEqual(rewards.map((reward, i) => reward - values[i]))
    }
  )

  test("normalised advantages have mean 0 and deviation 1", () => {
    const advantages = floats([1, 2, 3, 4, 10])
    normaliseAdvantages(advantages)
    const mean = advantages.reduce((sum, a) => sum + a, 0) / 5
    expect(mean).toBeCloseTo(0, 6)
    expect(advantages.reduce((sum, a) => sum + a * a, 0) / 4).toBeCloseTo(1, 6)
  })
})
