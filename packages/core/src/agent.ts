import type { ConfigSchema, Move, Role, Scheme } from "./environment.ts"
import type { RngStream } from "./random/rng-stream.ts"
import type { RngStreams } from "./random/rng-streams.ts"
import type { SavedState } from "./saved-state.ts"
import type { Transitions } from "./transition.ts"

export interface ActOptions {
  /** True while collecting experience, false in evaluation. */
  readonly explore: boolean
  /** Fraction of the budget that is spent, 0 to 1; for schedules. */
  readonly progress: number
  /** Source of this call's randomness: the trial's `explore` stream, or one of its own for every evaluation. */
  readonly rngStream: RngStream
}

/** What an update did. */
export interface UpdateReport {
  /** Optimiser steps taken, 0 if there was nothing to learn from yet. */
  readonly gradientSteps: number
  readonly measurements: Readonly<Record<string, number>>
}

/**
 * A learner or a fixed scheme in one role. Laws (checked by `describeAgent`):
 *
 * - `act` answers every row, inside the bounds of the action space; with `explore: false` it changes nothing in the agent.
 * - The same seed and experience give the same bytes, also after `save` and `restore`.
 */
export interface Agent {
  /** One row of actions per row of `observations` `[rows, width]`, or a scheme. The array may be reused by the next call. */
  act(observations: Float32Array, options: ActOptions): Move | Promise<Move>
  /** Takes in one round of its own role. The arrays are reused by the caller. */
  observe(transitions: Transitions): void
  /** Called once per round, after `observe`. */
  update(options: { readonly progress: number }): UpdateReport | Promise<UpdateReport>
  /** `policy`: only what acting without exploration needs. */
  save(scope?: "everything" | "policy"): SavedState | Promise<SavedState>
  restore(state: SavedState): void | Promise<void>
  /** The policy as a file for one observation at a time; absent where an agent has none that stands alone. */
  exportPolicy?(options: { readonly deterministic: boolean }): Promise<PolicyFile>
  close(): void | Promise<void>
}

/** A policy as an ONNX file: `observations` `[1, width]` and `noise` in, `actions` `[1, width]` of the role out. */
export interface PolicyFile {
  readonly onnx: Uint8Array
  /** Shapes of its inputs by name. */
  readonly inputs: Readonly<Record<string, readonly number[]>>
  /** Those of them that are noise, with their distribution. */
  readonly noise: Readonly<Record<string, string>>
}

/** What an agent that learns nothing answers to everything but `act`. */
export const withoutLearning: Omit<Agent, "act"> = {
  observe: () => {},
  update: () => ({ gradientSteps: 0, measurements: {} }),
  save: () => ({ tensors: {}, counters: {} }),
  restore: () => {},
  close: () => {}
}

/** What an agent may know when it is made: its own role, never the environment. */
export interface AgentContext {
  readonly role: Role
  readonly maximumEpisodeSteps: number | null
  /** Instances that act at once during training; evaluation may use another number. */
  readonly instances: number
  /** Instances of the evaluation set: programs are compiled for whole batches of rows. */
  readonly evaluationInstances: number
  /** The schemes that the environment declares for this role. */
  readonly schemes: readonly Scheme[]
  readonly streams: RngStreams
}

/** An agent that a study can name. `create` takes the configuration as decoded by `config`. */
export interface AgentDefinition {
  readonly kind: "agent"
  readonly name: string
  /** Changes whenever results may change: it is part of every trial's id. */
  readonly version: string
  readonly summary: string
  /** False for fixed schemes: such a trial is an evaluation alone. */
  readonly trains: boolean
  /** True if evaluation draws nothing at random, so that one pass over the evaluation set is enough. */
  readonly isDeterministic: boolean
  /** The action spaces it can play. */
  readonly actionSpaces: readonly ("box" | "discrete")[]
  readonly config: ConfigSchema
  readonly create: (config: unknown, context: AgentContext) => Agent | Promise<Agent>
}

/** Types `create` by the schema of its configuration. */
export const defineAgent = <S extends ConfigSchema>(
  definition: Omit<AgentDefinition, "kind" | "config" | "create"> & {
    readonly config: S
    readonly create: (config: S["Type"], context: AgentContext) => Agent | Promise<Agent>
  }
): AgentDefinition => ({
  ...definition,
  kind: "agent",
  create: (config, context) => definition.create(config as S["Type"], context)
})
