import { RngStreams } from "@twinpact/core"
import { expect, test } from "vitest"
import { driftInRange } from "./drift.ts"

test("drifts towards the middle, and is reflected at the ends", () => {
  expect(driftInRange(35, [25, 35], 0)).toBeCloseTo(34.5, 12)
  const deviation = (Math.sqrt(0.19) * 5) / Math.sqrt(3)
  expect(driftInRange(30, [25, 35], 1)).toBeCloseTo(30 + deviation, 12)
  expect(driftInRange(30, [25, 35], 6)).toBeCloseTo(70 - 30 - 6 * deviation, 12)
  expect(driftInRange(30, [25, 35], -20)).toBeGreaterThanOrEqual(25)
  expect(driftInRange(3, [3, 3], 2)).toBe(3)
})

test("keeps the mean and, but for reflection, the deviation and the correlation of its definition", () => {
  const rngStream = new RngStreams(1).get("drift")
  const length = 200_000
  let x = 0
  let [sum, squares, products] = [0, 0, 0]
  for (let t = 0; t < length; t++) {
    const next = driftInRange(x, [-1, 1], rngStream.normal())
    products += x * next
    x = next
    sum += x
    squares += x * x
  }
  expect(Math.abs(sum / length)).toBeLessThan(0.02)
  expect(Math.sqrt(squares / length)).toBeGreaterThan(0.45)
  expect(Math.sqrt(squares / length)).toBeLessThan(1 / Math.sqrt(3))
  expect(products / squares).toBeGreaterThan(0.8)
  expect(products / squares).toBeLessThan(0.92)
})
