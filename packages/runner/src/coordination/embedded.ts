import { canonicalJson, type Measurement, type Plan, shortHash, type Trial } from "@twinpact/core"
import { Effect, Layer } from "effect"
import { newIdentifier, wallClockMs } from "../clock.ts"
import { HostLostError } from "../errors.ts"
import { serialiseError } from "../pool/serialised-error.ts"
import { Store, type StoreFailure } from "../store/store.ts"
import { type AttemptResult, type Claim, type Conclusion, Coordinator, type Points } from "./coordinator.ts"
import {
  isTerminal,
  type RetryLimits,
  reduceTrial,
  type TrialEvent,
  type TrialRecord,
  type TrialState
} from "./trial-state.ts"

export interface EmbeddedOptions {
  readonly plan: Plan
  /** Terminal trials that are put back first: all of them, or the failed and cancelled ones. */
  readonly reopen: "none" | "failed" | "all"
}

/** The coordinator inside the `run` process: a queue in memory, and SQLite as the record. */
export const embeddedCoordinator = (options: EmbeddedOptions): Layer.Layer<Coordinator, StoreFailure, Store> =>
  Layer.effect(
    Coordinator,
    Effect.gen(function* () {
      const store = yield* Store
      const stored = yield* store.adopt(options.plan)
      const entries = stored.map(
        ({ key, record }, index): Entry => ({ key, record, trial: options.plan.trials[index]! })
      )
      const coordination = new EmbeddedCoordination(store, entries, options.plan.study.retry)
      coordination.recover(options.reopen)
      yield* store.flush
      return Coordinator.of({
        claim: Effect.callback<Claim | null>((resume) => {
          coordination.claim((claim) => resume(Effect.succeed(claim)))
        }),
        points: (attemptId, points) => coordination.points(attemptId, points),
        finish: (attemptId, result) =>
          Effect.callback<Conclusion>((resume) => {
            coordination.finish(attemptId, result, (conclusion) => resume(Effect.succeed(conclusion)))
          }),
        release: (attemptId) => Effect.sync(() => coordination.release(attemptId)),
        close: () => coordination.close(),
        counts: () => coordination.counts()
      })
    })
  )

interface Entry {
  readonly key: number
  readonly trial: Trial
  record: TrialRecord
}

interface Running {
  readonly entry: Entry
  /** The attempt's row in the store. */
  readonly key: number
  batches: number
  /** The last evaluation so far. */
  final: Measurement | null
  /** Waits for batches that are still on their way: the result may overtake them. */
  settle: (() => void) | null
}

type Claimant = (claim: Claim | null) => void

/** The queue and the states of all trials of a plan; every change goes through the reducer and to the store. */
class EmbeddedCoordination {
  private readonly store: Store["Service"]
  private readonly entries: readonly Entry[]
  private readonly limits: RetryLimits
  private readonly running = new Map<string, Running>()
  private queue: Entry[] = []
  private nextInQueue = 0
  private claimants: Claimant[] = []
  private isClosed = false

  constructor(store: Store["Service"], entries: readonly Entry[], limits: RetryLimits) {
    this.store = store
    this.entries = entries
    this.limits = limits
  }

  /** What a dead process left running is lost and waits again, as far as its retries reach. */
  recover(reopen: EmbeddedOptions["reopen"]): void {
    for (const entry of this.entries) {
      const { state, attemptId } = entry.record
      if (state === "running") {
        this.apply(entry, { type: "ended", attemptId: attemptId ?? "", end: "lost", isRetryable: true }, null)
        if (entry.record.state === "failed") this.explainLoss(entry)
      }
      const isWanted = reopen === "all" || (reopen === "failed" && (state === "failed" || state === "cancelled"))
      if (isWanted && isTerminal(entry.record.state)) this.apply(entry, { type: "reopened" }, null)
    }
    this.queue = this.entries.filter(({ record }) => record.state === "waiting")
  }

  claim(claimant: Claimant): void {
    this.claimants.push(claimant)
    this.serve()
  }

  points(attemptId: string, points: Points): void {
    const running = this.running.get(attemptId)
    if (running === undefined) return // the attempt no longer owns its trial
    running.batches += 1
    this.record(running, points)
    running.settle?.()
  }

  finish(attemptId: string, result: AttemptResult, resume: (conclusion: Conclusion) => void): void {
    const running = this.running.get(attemptId)
    if (running === undefined) throw new Error(`internal: attempt ${attemptId} ended twice`)
    running.settle = () => {
      if (result.batches !== null && running.batches < result.batches) return
      this.record(running, result.rest)
      this.end(attemptId, running, result.end, result.error)
      resume({ state: running.entry.record.state, error: result.error })
    }
    running.settle()
  }

  release(attemptId: string): void {
    const running = this.running.get(attemptId)
    if (running !== undefined) this.end(attemptId, running, "preempted", null)
  }

  close(): void {
    this.isClosed = true
    this.serve()
  }

  counts(): Record<TrialState, number> {
    const counts = { waiting: 0, running: 0, complete: 0, stopped: 0, failed: 0, cancelled: 0 }
    for (const { record } of this.entries) counts[record.state] += 1
    return counts
  }

  private record(running: Running, { from, measurements }: Points): void {
    this.store.changes.putPoints({ attempt: running.key, from, measurements })
    running.final = measurements.findLast(({ kind }) => kind === "evaluation") ?? running.final
  }

  private end(
    attemptId: string,
    running: Running,
    end: AttemptResult["end"] | "preempted",
    error: AttemptResult["error"]
  ): void {
    this.running.delete(attemptId)
    const { entry, key, batches, final } = running
    const digest = end === "complete" && final !== null ? shortHash(canonicalJson(final)) : null
    this.store.changes.endAttempt({ key, ended: wallClockMs(), end, batches, digest, error })
    this.apply(entry, { type: "ended", attemptId, end, isRetryable: error?.isRetryable ?? true }, key)
    if (entry.record.state === "waiting") this.queue.push(entry)
    this.serve()
  }

  /** Hands out trials while there are both trials and claimants; sends the rest away when nothing can come back. */
  private serve(): void {
    while (!this.isClosed && this.claimants.length > 0 && this.nextInQueue < this.queue.length) {
      const claimant = this.claimants.shift()!
      claimant(this.start(this.queue[this.nextInQueue++]!))
    }
    if (this.isClosed || (this.running.size === 0 && this.nextInQueue === this.queue.length)) {
      for (const claimant of this.claimants.splice(0)) claimant(null)
    }
  }

  private start(entry: Entry): Claim {
    const attemptId = newIdentifier()
    const key = this.store.newAttemptKey()
    this.store.changes.startAttempt({ key, id: attemptId, trial: entry.key, started: wallClockMs() })
    this.apply(entry, { type: "claimed", attemptId }, key)
    this.running.set(attemptId, { entry, key, batches: 0, final: null, settle: null })
    return { attemptId, trial: entry.trial }
  }

  private apply(entry: Entry, event: TrialEvent, attempt: number | null): void {
    const record = reduceTrial(entry.record, event, this.limits)
    if (record === entry.record) throw new Error(`internal: ${event.type} does not apply to a ${record.state} trial`)
    entry.record = record
    this.store.changes.putTrial({ key: entry.key, record, attempt })
  }

  /** A lost attempt leaves no error behind: one more says why the trial is given up. */
  private explainLoss(entry: Entry): void {
    const { lost } = entry.record
    const error = serialiseError(
      new HostLostError(`the process died ${lost} times while it ran this trial: retry.lost allows ${this.limits.lost}`)
    )
    const key = this.store.newAttemptKey()
    const now = wallClockMs()
    this.store.changes.startAttempt({ key, id: newIdentifier(), trial: entry.key, started: now })
    this.store.changes.endAttempt({ key, ended: now, end: "lost", batches: 0, digest: null, error })
    this.store.changes.putTrial({ key: entry.key, record: entry.record, attempt: key })
  }
}
