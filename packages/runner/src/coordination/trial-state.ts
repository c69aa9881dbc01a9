/**
 * - waiting: nobody works on it.
 * - running: one attempt owns it.
 * - complete: the result of its last attempt is stored.
 * - stopped: ended early on purpose, with the measurements so far.
 * - failed: its retries are used up.
 * - cancelled: nobody shall work on it.
 */
export type TrialState = "waiting" | "running" | "complete" | "stopped" | "failed" | "cancelled"

/** How an attempt ended: the terminal states, or `preempted` (given back unharmed), or `lost` (its process died). */
export type AttemptEnd = "complete" | "failed" | "stopped" | "cancelled" | "preempted" | "lost"

export interface TrialRecord {
  readonly state: TrialState
  /** The attempt that owns the trial while it is running; null otherwise. */
  readonly attemptId: string | null
  /** Attempts that ended `failed` and `lost` since the trial was last reopened. */
  readonly failed: number
  readonly lost: number
}

export type TrialEvent =
  | { readonly type: "claimed"; readonly attemptId: string }
  | {
      readonly type: "ended"
      readonly attemptId: string
      readonly end: AttemptEnd
      /** False if the error says that trying again is useless. */
      readonly isRetryable: boolean
    }
  | { readonly type: "cancelled" }
  | { readonly type: "reopened" }

/** How many attempts may end `failed` and `lost` before the trial counts as failed; `preempted` is free. */
export interface RetryLimits {
  readonly failed: number
  readonly lost: number
}

export const newTrial: TrialRecord = { state: "waiting", attemptId: null, failed: 0, lost: 0 }

/**
 * The one state machine of a trial, whatever carries its events. Laws:
 *
 * - An event that does not apply returns the same object: a claim of a trial that is not waiting, the end of an attempt
 *   that does not own it, anything but `reopened` on a terminal state.
 * - `attemptId` is set exactly while the state is `running`.
 * - Only `reopened` leaves a terminal state, and it alone sets the counters back.
 */
export const reduceTrial = (record: TrialRecord, event: TrialEvent, limits: RetryLimits): TrialRecord => {
  switch (event.type) {
    case "claimed":
      return record.state === "waiting" ? { ...record, state: "running", attemptId: event.attemptId } : record
    case "ended":
      if (record.state !== "running" || record.attemptId !== event.attemptId) return record
      return endAttempt({ ...record, attemptId: null }, event.end, event.isRetryable, limits)
    case "cancelled":
      return isTerminal(record.state) ? record : { ...record, state: "cancelled", attemptId: null }
    case "reopened":
      return isTerminal(record.state) ? newTrial : record
    default:
      return event satisfies never
  }
}

export const isTerminal = (state: TrialState): boolean => state !== "waiting" && state !== "running"

const endAttempt = (record: TrialRecord, end: AttemptEnd, isRetryable: boolean, limits: RetryLimits): TrialRecord => {
  switch (end) {
    case "complete":
    case "stopped":
    case "cancelled":
      return { ...record, state: end }
    case "preempted":
      return { ...record, state: "waiting" }
    case "failed": {
      const failed = record.failed + 1
      return { ...record, failed, state: isRetryable && failed <= limits.failed ? "waiting" : "failed" }
    }
    case "lost": {
      const lost = record.lost + 1
      return { ...record, lost, state: lost <= limits.lost ? "waiting" : "failed" }
    }
    default:
      return end satisfies never
  }
}
