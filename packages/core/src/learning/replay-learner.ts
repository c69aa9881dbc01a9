import type { CompiledPrograms, Programs } from "@twinpact/tensor"
import type { ActOptions, Agent, AgentContext, UpdateReport } from "../agent.ts"
import { Means } from "../measurement.ts"
import { joinStates, partOfState, type SavedState } from "../saved-state.ts"
import { asBox } from "../space.ts"
import type { Transitions } from "../transition.ts"
import { uniformActions } from "./action-noise.ts"
import { exportPolicy, type StandalonePolicy } from "./export-policy.ts"
import { type LearnerPrograms, restorePrograms, savePrograms, scalars, takePrograms } from "./learner-programs.ts"
import type { EngineConfig } from "./learner-settings.ts"
import { learningRateAt } from "./learning-rate.ts"
import { createReplayBatch, ReplayBuffer } from "./replay-buffer.ts"

/** The decoded keys of `replaySettings`, `optimiserSettings` and `engineSettings`. */
export interface ReplayLearnerConfig extends EngineConfig {
  readonly batchSize: number
  readonly bufferSize: number
  readonly learningStarts: number
  readonly updatesPerRound: number
  readonly actorLearningRate: number
  readonly criticLearningRate: number
  readonly learningRateDecay: "none" | "linear"
}

/** What one kind of learner adds to the common cycle. */
export interface ReplayLearnerParts {
  readonly agent: string
  /** Sets the programs of this learner apart from others with the same config, such as by the widths of its networks. */
  readonly variant?: unknown
  /** The programs: `update` takes a minibatch, `actorRate`, `criticRate` and `noise`; its outputs are scalars. */
  readonly programs: () => Programs
  /** The program of the next update after so many; always `update` if left out. All of them take the same inputs. */
  readonly updateProgram?: (updates: number) => string
  /** The policy for one observation. */
  readonly policy: StandalonePolicy
  /** First values of all state tensors. */
  readonly initialState: Readonly<Record<string, Float32Array>>
  /** Inputs of `update` that are standard normal noise, drawn from the stream `denoise` before every update. */
  readonly noise?: Readonly<Record<string, Float32Array>>
  /** What else belongs to the learner. */
  readonly companions?: Readonly<Record<string, LearnerCompanion>>
}

/** A part of a learner with a state of its own, such as one that prunes its networks. */
export interface LearnerCompanion {
  /** Called after every update; what it returns is measured. */
  afterUpdate(learner: ReplayLearner, progress: number): Promise<Readonly<Record<string, number>>>
  save(): SavedState
  /** Called before the learner's own state is written. */
  restore(learner: ReplayLearner, state: SavedState): void | Promise<void>
}

/**
 * What all learners from replayed experience have in common: compiled programs, a replay buffer, uniform actions until
 * `learningStarts` transitions are in it, then `updatesPerRound` updates per round on uniform minibatches.
 */
export class ReplayLearner {
  readonly config: ReplayLearnerConfig
  readonly context: AgentContext
  readonly buffer: ReplayBuffer
  private readonly parts: ReplayLearnerParts
  private readonly inputs
  private programs: LearnerPrograms
  private updates = 0

  static async create(
    config: ReplayLearnerConfig,
    context: AgentContext,
    parts: ReplayLearnerParts
  ): Promise<ReplayLearner> {
    const { agent, variant = null } = parts
    const programs = await takePrograms({ agent, variant, config, context }, parts.programs)
    await programs.compiled.writeState(parts.initialState)
    return new ReplayLearner(config, context, parts, programs)
  }

  private constructor(
    config: ReplayLearnerConfig,
    context: AgentContext,
    parts: ReplayLearnerParts,
    programs: LearnerPrograms
  ) {
    const { role, maximumEpisodeSteps } = context
    this.config = config
    this.context = context
    this.parts = parts
    this.programs = programs
    this.buffer = new ReplayBuffer({
      capacity: config.bufferSize,
      observationWidth: role.observation.width,
      actionWidth: role.action.width,
      hasNext: maximumEpisodeSteps !== 1
    })
    this.inputs = {
      ...createReplayBatch(this.buffer.shape, config.batchSize),
      actorRate: new Float32Array(1),
      criticRate: new Float32Array(1),
      ...parts.noise
    }
  }

  get compiled(): CompiledPrograms {
    return this.programs.compiled
  }

  /** Goes on with other programs, over this state; gives the present ones back. */
  async recompile(
    variant: unknown,
    build: () => Programs,
    state: Readonly<Record<string, Float32Array>>
  ): Promise<void> {
    const { agent } = this.parts
    const next = await takePrograms({ agent, variant, config: this.config, context: this.context }, build)
    await next.compiled.writeState(state)
    await this.programs.release()
    this.programs = next
  }

  /** The agent that acts by `act` once it is warm. */
  asAgent(act: (observations: Float32Array, options: ActOptions) => Promise<Float32Array>): Agent {
    return {
      act: (observations, options) =>
        options.explore && !this.isWarm ? this.uniformActions(observations, options) : act(observations, options),
      observe: (transitions: Transitions) => this.buffer.add(transitions),
      update: ({ progress }) => this.update(progress),
      save: (scope) => this.save(scope),
      restore: (state) => this.restore(state),
      exportPolicy: (options) => exportPolicy(this.compiled, this.parts.policy, options),
      close: () => this.programs.release()
    }
  }

  private get companions(): readonly (readonly [name: string, companion: LearnerCompanion])[] {
    return Object.entries(this.parts.companions ?? {})
  }

  private get isWarm(): boolean {
    return this.buffer.added >= this.config.learningStarts
  }

  private uniformActions({ length }: Float32Array, { rngStream }: ActOptions): Float32Array {
    const { observation, action } = this.context.role
    return uniformActions((length / observation.width) * action.width, asBox(action), rngStream)
  }

  private async update(progress: number): Promise<UpdateReport> {
    if (!this.isWarm) return { gradientSteps: 0, measurements: {} }
    const { actorLearningRate, criticLearningRate, learningRateDecay, updatesPerRound } = this.config
    const { noise = {}, updateProgram = () => "update" } = this.parts
    const [replay, denoise] = ["replay", "denoise"].map((name) => this.context.streams.get(name))
    this.inputs.actorRate[0] = learningRateAt(actorLearningRate, learningRateDecay, progress)
    this.inputs.criticRate[0] = learningRateAt(criticLearningRate, learningRateDecay, progress)
    const means = new Means()
    for (let i = 0; i < updatesPerRound; i++) {
      this.buffer.sample(this.inputs, replay)
      for (const values of Object.values(noise)) denoise.fillNormal(values)
      means.addAll(scalars(await this.compiled.run(updateProgram(this.updates), this.inputs)))
      this.updates += 1
      for (const companion of this.companions) means.addAll(await companion[1].afterUpdate(this, progress))
    }
    return { gradientSteps: updatesPerRound, measurements: means.take() }
  }

  private async save(scope: "everything" | "policy" = "everything"): Promise<SavedState> {
    const companions = Object.fromEntries(this.companions.map(([name, companion]) => [name, companion.save()]))
    if (scope === "policy") {
      const names = Object.keys(this.parts.policy.program().state)
      return joinStates({ ...companions, programs: await savePrograms(this.compiled, names) })
    }
    return joinStates({
      ...companions,
      programs: await savePrograms(this.compiled),
      buffer: this.buffer.save(),
      learner: { tensors: {}, counters: { updates: this.updates } }
    })
  }

  private async restore(state: SavedState): Promise<void> {
    for (const [name, companion] of this.companions) await companion.restore(this, partOfState(state, name))
    await restorePrograms(this.compiled, partOfState(state, "programs"))
    if ("buffer" in state.counters) this.buffer.restore(partOfState(state, "buffer"))
    if ("learner" in state.counters) this.updates = Number(partOfState(state, "learner").counters.updates)
  }
}
