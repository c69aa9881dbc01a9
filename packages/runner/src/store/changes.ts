import type { Measurement } from "@twinpact/core"
import type { AttemptEnd, TrialRecord } from "../coordination/trial-state.ts"
import type { SerialisedError } from "../pool/serialised-error.ts"

/** The state of a trial, and the attempt that owns or decided it (null: unchanged). */
export interface TrialChange {
  readonly key: number
  readonly record: TrialRecord
  readonly attempt: number | null
}

export interface AttemptStart {
  readonly key: number
  readonly id: string
  readonly trial: number
  readonly started: number
}

export interface AttemptConclusion {
  readonly key: number
  readonly ended: number
  readonly end: AttemptEnd
  readonly batches: number
  /** Hash of the final evaluation: two attempts of a trial on one platform must agree. */
  readonly digest: string | null
  readonly error: SerialisedError | null
}

/** Consecutive measurements of an attempt; `from` is the number of the first one. */
export interface PointBatch {
  readonly attempt: number
  readonly from: number
  readonly measurements: readonly Measurement[]
}
