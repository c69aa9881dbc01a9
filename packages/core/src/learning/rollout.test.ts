import { expect, test } from "vitest"
import { Rollout } from "./rollout.ts"

const round = (n: number) => ({
  rows: 2,
  observations: Float32Array.of(n, n + 0.5),
  actions: Float32Array.of(9, 9),
  rewards: Float64Array.of(n, -n),
  nextObservations: Float32Array.of(n + 1, n + 1.5),
  terminated: Uint8Array.of(n % 2, 0),
  truncated: Uint8Array.of(0, 1)
})

const create = () => new Rollout({ steps: 3, rows: 2, observationWidth: 1, actionWidth: 1, hasNext: true })

test("keeps rounds in order with the actions that were drawn, and goes on after save and restore", () => {
  const rollout = create()
  rollout.add(round(1), Float32Array.of(0.1, 0.2))
  const restored = create()
  restored.restore(structuredClone(rollout.save()))
  for (const each of [rollout, restored]) {
    expect(each.isFull).toBe(false)
    each.add(round(2), Float32Array.of(0.3, 0.4))
    each.add(round(3), Float32Array.of(0.5, 0.6))
    expect(each.isFull).toBe(true)
    expect([...each.observations]).toEqual([1, 1.5, 2, 2.5, 3, 3.5])
    expect([...each.actions]).toEqual([...Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)])
    expect([...each.rewards]).toEqual([1, -1, 2, -2, 3, -3])
    expect([...each.terminated]).toEqual([1, 0, 0, 0, 1, 0])
    expect([...each.ended]).toEqual([1, 1, 0, 1, 1, 1])
    each.clear()
    expect(each.steps).toBe(0)
  }
})
