import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { RngStreams } from "../random/rng-streams.ts"
import type { Transitions } from "../transition.ts"
import { createReplayBatch, ReplayBuffer } from "./replay-buffer.ts"

/** Rows whose every number says which transition it belongs to. */
const transitions = (first: number, rows: number, hasNext: boolean): Transitions => {
  const numbers = Array.from({ length: rows }, (_, row) => first + row)
  return {
    rows,
    observations: Float32Array.from(numbers.flatMap((n) => [n, n + 0.25])),
    actions: Float32Array.from(numbers, (n) => -n),
    rewards: Float64Array.from(numbers, (n) => 2 * n),
    nextObservations: hasNext ? Float32Array.from(numbers.flatMap((n) => [n + 1, n + 1.25])) : null,
    terminated: Uint8Array.from(numbers, (n) => n % 2),
    truncated: new Uint8Array(rows)
  }
}

const shape = (capacity: number, hasNext = true) => ({ capacity, observationWidth: 2, actionWidth: 1, hasNext })

describe("replay buffer", () => {
  property.prop([fc.integer({ min: 1, max: 40 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 })])(
    "holds the latest transitions, each whole",
    (capacity, rounds) => {
      const buffer = new ReplayBuffer(shape(capacity))
      let added = 0
      for (const rows of rounds) {
        buffer.add(transitions(added, rows, true))
        added += rows
      }
      expect(buffer.size).toBe(Math.min(added, capacity))
      if (added === 0) return
      const batch = createReplayBatch(buffer.shape, 200)
      buffer.sample(batch, new RngStreams(1).get("replay"))
      const numbers = Array.from(batch.actions, (action) => -action)
      expect(numbers.every((n) => n >= added - buffer.size && n < added)).toBe(true)
      expect([...batch.observations]).toEqual(numbers.flatMap((n) => [n, n + 0.25]))
      expect([...batch.nextObservations!]).toEqual(numbers.flatMap((n) => [n + 1, n + 1.25]))
      expect([...batch.rewards]).toEqual(numbers.map((n) => 2 * n))
      expect([...batch.continues!]).toEqual(numbers.map((n) => 1 - (n % 2)))
    }
  )

  test("samples uniformly: a chi-square test over 20 transitions", () => {
    const buffer = new ReplayBuffer(shape(20, false))
    buffer.add(transitions(0, 20, false))
    const batch = createReplayBatch(buffer.shape, 20_000)
    buffer.sample(batch, new RngStreams(2).get("replay"))
    const counts = new Float64Array(20)
    for (const action of batch.actions) counts[-action] += 1
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chiSquare).toBeLessThan(43.8) // 99.9% quantile with 19 degrees of freedom
    expect("nextObservations" in batch).toBe(false)
  })

  test("keeps only the rows that are asked for", () => {
    const buffer = new ReplayBuffer(shape(10, false))
    buffer.add(transitions(0, 6, false), (row) => row % 3 === 1)
    const batch = createReplayBatch(buffer.shape, 50)
    buffer.sample(batch, new RngStreams(3).get("replay"))
    expect([...new Set(batch.actions)].sort((a, b) => b - a)).toEqual([-1, -4])
  })

  test("goes on after save and restore, also once it has wrapped around", () => {
    const original = new ReplayBuffer(shape(8))
    original.add(transitions(0, 11, true))
    const restored = new ReplayBuffer(shape(8))
    restored.restore(structuredClone(original.save()))
    const [one, other] = [original, restored].map((buffer) => {
      buffer.add(transitions(11, 3, true))
      const batch = createReplayBatch(buffer.shape, 64)
      buffer.sample(batch, new RngStreams(4).get("replay"))
      return batch
    })
    expect(other).toEqual(one)
  })
})
