import type { Measurement } from "@twinpact/core"
import { expect, test } from "vitest"
import { PointBatches } from "./point-batches.ts"

const point = (envSteps: number): Measurement => ({ kind: "training", envSteps, gradientSteps: 0, values: { x: 1 } })

test("every point travels once, in order: in a batch or in the rest", () => {
  const sent: [number, number][] = []
  const batches = new PointBatches((from, measurements) => sent.push([from, measurements.length]))
  for (let i = 0; i < 1_203; i++) batches.add(point(i))
  expect(sent).toEqual([
    [0, 500],
    [500, 500]
  ])
  const rest = batches.rest()
  expect({ ...rest, measurements: rest.measurements.map(({ envSteps }) => envSteps) }).toEqual({
    from: 1_000,
    batches: 2,
    measurements: Array.from({ length: 203 }, (_, i) => 1_000 + i)
  })
})

test("points leave when they are a second old, even if none follows", async () => {
  const sent: number[] = []
  const batches = new PointBatches((_, measurements) => sent.push(measurements.length))
  batches.add(point(0))
  batches.sendIfDue()
  expect(sent).toEqual([])
  await new Promise((resume) => setTimeout(resume, 1_010))
  batches.sendIfDue()
  expect(sent).toEqual([1])
  expect(batches.rest()).toEqual({ from: 1, measurements: [], batches: 1 })
})
