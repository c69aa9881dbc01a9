import type { Schema } from "effect"
import type { RngStreams } from "./random/rng-streams.ts"
import type { SavedState } from "./saved-state.ts"
import type { BoxSpace, Space } from "./space.ts"

/** One kind of participant: `agentCount` players that see rows of `observation` and answer with rows of `action`. */
export interface Role {
  readonly name: string
  /** Players of this role in every instance; arrays have `instances * agentCount` rows, players innermost. */
  readonly agentCount: number
  readonly observation: BoxSpace
  readonly action: Space
  /** For tabular learners: `count` classes of observations and the class of the row that starts at `offset`. */
  readonly discreteKey?: {
    readonly count: number
    readonly of: (observations: Float32Array, offset: number) => number
  }
}

/** A named move that the environment computes itself, in float64 and past any decoder. */
export interface Scheme {
  readonly name: string
  /** The role that may make it. */
  readonly role: string
  readonly summary: string
  /** Option names with meaning and default; all are numbers. */
  readonly options: Readonly<Record<string, { readonly summary: string; readonly default: number }>>
}

/** A move by name, such as `{ scheme: "second-best", options: { margin: 0.02 } }`. */
export interface SchemeMove {
  readonly scheme: string
  readonly options: Readonly<Record<string, number>>
}

/** What the acting role does: one row of floats per player, or a scheme. */
export type Move = Float32Array | SchemeMove

/** Fixed instances for evaluation; `references[i]` is the exact value that a score of 1 stands for (0 or NaN: none). */
export interface InstanceSet {
  readonly seed: number
  readonly size: number
  readonly references: Float64Array
}

/** Begin with fresh random instances, or with the fixed instances of an evaluation set. */
export type Start = { readonly instances: number; readonly streams: RngStreams } | { readonly evaluation: InstanceSet }

/**
 * What a role learns about its last move. The arrays are reused by the next `step`.
 *
 * - `rewards` `[instances * agentCount]`.
 * - `terminated`, `truncated` `[instances]`, 0 or 1: the episode ended by its own rule, or was cut off.
 * - `finalObservations` `[instances * agentCount, width]`: valid in the rows of instances that ended, which have already
 *   restarted; null when no episode of this environment is ever truncated (nothing bootstraps from it).
 * - `scores` `[instances]`: value as a fraction of the exact reference, NaN where there is none; at most one role has them.
 * - `measurements`: named values `[instances]`; their means over instances are stored.
 */
export interface Outcome {
  readonly role: Role
  readonly rewards: Float64Array
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
  readonly finalObservations: Float32Array | null
  readonly scores: Float64Array | null
  readonly measurements: Readonly<Record<string, Float64Array>>
}

/**
 * A sequential game over a batch of instances in lockstep, on typed arrays. Laws (checked by `describeEnvironment`):
 *
 * - In every round each role moves once, in the order of `roles`; all instances are in the same phase.
 * - Instances end only at the end of a round and restart inside the same `step`.
 * - `observe` draws no random numbers: calling it twice gives the same rows. Its buffer is reused by the next call.
 * - The same start and moves give the same bytes. An evaluation start uses the set's seed, never a trial's streams.
 */
export interface Environment {
  readonly roles: readonly Role[]
  /** Episodes never last longer than this many rounds; null if there is no such bound. */
  readonly maximumEpisodeSteps: number | null
  readonly schemes: readonly Scheme[]
  evaluationSet(seed: number, size: number): InstanceSet
  reset(start: Start): void
  /** Who moves next. */
  readonly acting: Role
  /** What the acting role sees, `[instances * agentCount, width]`. */
  observe(): Float32Array
  /** Plays the acting role's move; returns the outcome of each role whose reward became known. */
  step(move: Move): readonly Outcome[]
  /**
   * Between rounds of training: everything that the next rounds depend on, besides the trial's streams. A trial in an
   * environment that cannot be saved begins anew where it was interrupted.
   */
  save?(): SavedState
  /** After `reset` for as many instances: goes on where `save` was called. */
  restore?(state: SavedState): void
}

/** An environment that a study can name. `create` takes the configuration as decoded by `config`. */
export interface EnvironmentDefinition {
  readonly kind: "environment"
  readonly name: string
  /** Changes whenever results may change: it is part of every trial's id. */
  readonly version: string
  readonly summary: string
  readonly config: ConfigSchema
  readonly create: (config: unknown) => Environment
}

/** A struct of described keys with defaults, whose values come from a study file. */
export type ConfigSchema = Schema.Decoder<unknown> & { readonly fields: Schema.Struct.Fields }

/** Types `create` by the schema of its configuration. */
export const defineEnvironment = <S extends ConfigSchema>(
  definition: Omit<EnvironmentDefinition, "kind" | "config" | "create"> & {
    readonly config: S
    readonly create: (config: S["Type"]) => Environment
  }
): EnvironmentDefinition => ({
  ...definition,
  kind: "environment",
  create: (config) => definition.create(config as S["Type"])
})
