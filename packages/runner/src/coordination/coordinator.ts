import type { Measurement, Trial } from "@twinpact/core"
import { Context, type Effect } from "effect"
import type { SerialisedError } from "../pool/serialised-error.ts"
import type { AttemptEnd, TrialState } from "./trial-state.ts"

/** The right and duty to run a trial once. */
export interface Claim {
  /** Fences the attempt: points and results count only as long as it owns the trial. */
  readonly attemptId: string
  readonly trial: Trial
}

/** Consecutive measurements of an attempt; `from` is the number of the first one. */
export interface Points {
  readonly from: number
  readonly measurements: readonly Measurement[]
}

export interface AttemptResult {
  readonly end: Extract<AttemptEnd, "complete" | "stopped" | "failed">
  /** The measurements that no batch carried. */
  readonly rest: Points
  /** Batches sent through `points`; the trial counts as ended when all of them are stored. Null: what came, came. */
  readonly batches: number | null
  readonly error: SerialisedError | null
}

/** What became of a trial by the end of an attempt. */
export interface Conclusion {
  readonly state: TrialState
  readonly error: SerialisedError | null
}

/**
 * What a host sees of the coordination of a study, whatever carries it. Laws:
 *
 * - A trial is claimed by one attempt at a time. `claim` waits while running trials may still come back, and answers null
 *   when none can, or after `close`.
 * - Every claim ends by exactly one `finish` or `release`. A result of an attempt that does not own its trial changes nothing.
 * - `points` takes responsibility for a batch and returns at once; a trial is complete only with all its batches.
 */
export class Coordinator extends Context.Service<
  Coordinator,
  {
    readonly claim: Effect.Effect<Claim | null>
    points(attemptId: string, points: Points): void
    finish(attemptId: string, result: AttemptResult): Effect.Effect<Conclusion>
    /** Gives a trial back unharmed: it waits again, and no retry is counted. */
    release(attemptId: string): Effect.Effect<void>
    /** No further claims. */
    close(): void
    /** Trials of the plan by state, now. */
    counts(): Readonly<Record<TrialState, number>>
  }
>()("twinpact/Coordinator") {}
