import { expect, test } from "vitest"
import type { Outcome, Role } from "./environment.ts"
import { boxSpace } from "./space.ts"
import { TransitionRecorder } from "./transition.ts"

const role: Role = {
  name: "player",
  agentCount: 2,
  observation: boxSpace([["x", 0, 9]]),
  action: boxSpace([["a", 0, 9]])
}
const outcome = (terminated: number[], truncated: number[], final: number[] | null): Outcome => ({
  role,
  rewards: Float64Array.of(1, 2, 3, 4),
  terminated: Uint8Array.from(terminated),
  truncated: Uint8Array.from(truncated),
  finalObservations: final === null ? null : Float32Array.from(final),
  scores: null,
  measurements: {}
})

test("a truncated instance keeps its last observation, one that goes on gets the next", () => {
  const recorder = new TransitionRecorder(role, 2, 5)
  recorder.acted(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8))
  recorder.rewarded(outcome([0, 0], [1, 0], [7, 7, 0, 0]))
  expect(recorder.complete(null)).toBeNull()
  const transitions = recorder.complete(Float32Array.of(1, 1, 2, 2))
  expect(transitions).toMatchObject({ rows: 4 })
  expect([...(transitions?.nextObservations ?? [])]).toEqual([7, 7, 2, 2])
  expect([...(transitions?.truncated ?? [])]).toEqual([1, 1, 0, 0])
  expect([...(transitions?.observations ?? [])]).toEqual([1, 2, 3, 4])
  expect([...(transitions?.actions ?? [])]).toEqual([5, 6, 7, 8])
  expect([...(transitions?.rewards ?? [])]).toEqual([1, 2, 3, 4])
  expect(recorder.complete(Float32Array.of(1, 1, 2, 2))).toBeNull()
})

test("where episodes have one step nothing has to follow", () => {
  const recorder = new TransitionRecorder(role, 2, 1)
  recorder.acted(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8))
  recorder.rewarded(outcome([1, 1], [0, 0], null))
  expect(recorder.complete(null)).toMatchObject({ rows: 4, nextObservations: null })
})

test("a role that moved by scheme has no transitions", () => {
  const recorder = new TransitionRecorder(role, 2, 1)
  recorder.rewarded(outcome([1, 1], [0, 0], null))
  expect(recorder.complete(null)).toBeNull()
})
