import { type CompiledPrograms, compile, ProgramCache, type Programs } from "@twinpact/tensor"
import type { AgentContext } from "../agent.ts"
import { SavedStateError } from "../errors.ts"
import { type SavedState, vector } from "../saved-state.ts"
import type { Space } from "../space.ts"
import { canonicalJson } from "../study/canonical-json.ts"
import type { EngineConfig } from "./learner-settings.ts"
import { policyBatches } from "./policy-rows.ts"

/** Compiled sets kept for the next trials of this thread. */
const IDLE_SETS = 6

/** One cache per engine and device: sets of this thread that nobody uses. */
const caches = new Map<string, ProgramCache>()

/** A learner's compiled programs, its state undefined until it is written. */
export interface LearnerPrograms {
  readonly compiled: CompiledPrograms
  /** Gives the set back, for the next trial of this thread that needs the same programs. */
  release(): Promise<void>
}

/** What a learner's programs depend on. */
export interface LearnerIdentity {
  /** Name of the agent, and of the variant of its programs if there are several. */
  readonly agent: string
  readonly config: EngineConfig
  readonly context: AgentContext
  /** Anything else that the programs depend on, such as the widths of a network that shrinks. */
  readonly variant?: unknown
}

/**
 * Compiles a learner's programs, or takes over a set that an earlier trial of this thread has given back.
 * Equal identities must build equal programs.
 */
export const takePrograms = async (
  { agent, config, context, variant = null }: LearnerIdentity,
  build: () => Programs
): Promise<LearnerPrograms> => {
  const { engine, device, xla, threads } = config
  const options = { engine, device, xla, threads }
  const cacheKey = canonicalJson(options)
  const cache = caches.get(cacheKey) ?? new ProgramCache((programs) => compile(programs, options), IDLE_SETS)
  caches.set(cacheKey, cache)
  const { role, maximumEpisodeSteps } = context
  const spaces = [role.observation, role.action].map(describeBounds)
  const key = canonicalJson({
    agent,
    variant,
    config,
    spaces,
    batches: policyBatches(context),
    hasNext: maximumEpisodeSteps !== 1
  })
  const compiled = await cache.take(key, build)
  return { compiled, release: () => cache.giveBack(key, compiled) }
}

/** Bounds as text: they may be infinite, which JSON cannot say. */
const describeBounds = (space: Space): string =>
  space.kind === "box" ? `box ${space.low.join()} ${space.high.join()}` : `choice of ${space.size}`

/** The programs' state as saved tensors. */
export const savePrograms = async (compiled: CompiledPrograms, names?: readonly string[]): Promise<SavedState> => {
  const state = await compiled.readState(names)
  const tensors = Object.entries(state).map(([name, values]) => [name, vector(values)] as const)
  return { tensors: Object.fromEntries(tensors), counters: {} }
}

/** Writes back what `savePrograms` read. */
export const restorePrograms = async (compiled: CompiledPrograms, { tensors }: SavedState): Promise<void> => {
  const state: Record<string, Float32Array> = {}
  for (const [name, { values }] of Object.entries(tensors)) {
    if (!(values instanceof Float32Array)) {
      throw new SavedStateError(`saved state: expected float32 in "${name}", found ${values.constructor.name}`)
    }
    state[name] = values
  }
  await compiled.writeState(state)
}

/** The first value of every output: the measurements of a program whose outputs are scalars. */
export const scalars = (outputs: Readonly<Record<string, Float32Array>>): Record<string, number> =>
  Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, values[0]]))
