import type { Budget, EvaluationPlan, Measurement } from "@twinpact/core"
import type { DefinitionSource } from "./definition-source.ts"
import type { SerialisedError } from "./serialised-error.ts"

/** A definition by its place, and its decoded configuration. */
interface Part {
  readonly source: DefinitionSource
  readonly config: unknown
}

/** Where a trial is saved. */
export interface TrialFiles {
  /** Goes on from here if it is there. */
  readonly checkpoint: string
  readonly everySeconds: number
  /** Null: the policy is not kept. */
  readonly policy: string | null
}

/** One trial as it travels to a thread. */
export interface TrialTask {
  readonly attemptId: string
  readonly trialId: string
  readonly files: TrialFiles
  readonly environment: Part
  readonly agents: Readonly<Record<string, Part>>
  readonly budget: Budget
  readonly evaluation: EvaluationPlan
  readonly seed: number
}

/** A task with its stop flag: the trial ends between two rounds once `flags[slot]` is not zero. */
export interface PoolTask {
  readonly task: TrialTask
  /** On a SharedArrayBuffer. */
  readonly flags: Int32Array
  readonly slot: number
}

/** Sent while a trial runs. */
export interface PointsMessage {
  readonly version: 1
  readonly type: "points"
  readonly attemptId: string
  readonly from: number
  readonly measurements: readonly Measurement[]
}

/** The end of a trial, with the measurements that no message carried. */
export type TrialReply = {
  readonly from: number
  readonly measurements: readonly Measurement[]
  /** Messages sent before. */
  readonly batches: number
} & (
  | { readonly type: "complete" }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly error: SerialisedError }
)
