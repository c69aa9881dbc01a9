import { fc, test } from "@fast-check/vitest"
import { describe, expect } from "vitest"
import { isTerminal, newTrial, reduceTrial, type TrialEvent, type TrialRecord } from "./trial-state.ts"

const limits = { failed: 1, lost: 2 }
const attemptId = fc.constantFrom("a", "b", "c")
const event: fc.Arbitrary<TrialEvent> = fc.oneof(
  fc.record({ type: fc.constant("claimed" as const), attemptId }),
  fc.record({
    type: fc.constant("ended" as const),
    attemptId,
    end: fc.constantFrom("complete", "failed", "stopped", "cancelled", "preempted", "lost"),
    isRetryable: fc.boolean()
  }),
  fc.constant({ type: "cancelled" as const }),
  fc.constant({ type: "reopened" as const })
)

const reduceAll = (events: readonly TrialEvent[]): readonly TrialRecord[] => {
  const records: TrialRecord[] = [newTrial]
  for (const each of events) records.push(reduceTrial(records.at(-1)!, each, limits))
  return records
}

const play = (...events: TrialEvent[]): TrialRecord => reduceAll(events).at(-1)!
const claimed: TrialEvent = { type: "claimed", attemptId: "a" }
const ended = (end: (TrialEvent & { type: "ended" })["end"], isRetryable = true): TrialEvent => ({
  type: "ended",
  attemptId: "a",
  end,
  isRetryable
})

describe("laws of any history", () => {
  test.prop([fc.array(event)])("an attempt owns the trial exactly while it runs", (events) => {
    for (const { state, attemptId: owner } of reduceAll(events)) expect(owner !== null).toBe(state === "running")
  })

  test.prop([fc.array(event)])("counters stay within the limits, plus the one that ended it", (events) => {
    for (const { state, failed, lost } of reduceAll(events)) {
      expect(failed).toBeLessThanOrEqual(limits.failed + 1)
      expect(lost).toBeLessThanOrEqual(limits.lost + 1)
      if (failed > limits.failed || lost > limits.lost) expect(state).toBe("failed")
    }
  })

  test.prop([fc.array(event), event])("only reopening leaves a terminal state", (events, next) => {
    const last = play(...events)
    if (isTerminal(last.state) && next.type !== "reopened") expect(reduceTrial(last, next, limits)).toBe(last)
  })

  test.prop([fc.array(event), attemptId])("the same event twice is the same as once", (events, id) => {
    const once = reduceTrial(play(...events), { type: "claimed", attemptId: id }, limits)
    expect(reduceTrial(once, { type: "claimed", attemptId: id }, limits)).toBe(once)
  })

  test.prop([fc.array(event)])("only the owner ends an attempt", (events) => {
    const last = play(...events)
    if (last.state !== "running") return
    const end: TrialEvent = { type: "ended", attemptId: `not ${last.attemptId}`, end: "complete", isRetryable: true }
    expect(reduceTrial(last, end, limits)).toBe(last)
  })
})

describe("retries", () => {
  test("failed counts against its limit, unless the error says that trying again is useless", () => {
    expect(play(claimed, ended("failed"))).toEqual({ state: "waiting", attemptId: null, failed: 1, lost: 0 })
    expect(play(claimed, ended("failed"), claimed, ended("failed")).state).toBe("failed")
    expect(play(claimed, ended("failed", false)).state).toBe("failed")
  })

  test("lost counts against its own limit, preempted against none", () => {
    const round = [claimed, ended("lost"), claimed, ended("preempted")]
    expect(play(...round, ...round)).toEqual({ state: "waiting", attemptId: null, failed: 0, lost: 2 })
    expect(play(...round, ...round, claimed, ended("lost")).state).toBe("failed")
  })
})
