import {
  type ActOptions,
  type Agent,
  type AgentContext,
  asBox,
  joinStates,
  Means,
  partOfState,
  type SavedState,
  type Transitions,
  type UpdateReport
} from "@twinpact/core"
import {
  addGaussianNoise,
  createReplayBatch,
  initialNetworkState,
  type LearnerPrograms,
  learningRateAt,
  PolicyRows,
  policyPrograms,
  ReplayBuffer,
  restorePrograms,
  savePrograms,
  scalars,
  takePrograms,
  uniformActions
} from "@twinpact/core/learning"
import type { DdpgConfig } from "./config.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, ddpgNetworks } from "./networks.ts"

export const createDdpg = async (config: DdpgConfig, context: AgentContext): Promise<Agent> => {
  const networks = ddpgNetworks(config, context)
  const programs = await takePrograms({ agent: "ddpg", config, context }, () => ({
    update: updateProgram(networks, config, context),
    ...policyPrograms(context, (rows) => actProgram(networks, config, context, rows))
  }))
  const init = context.streams.get("init")
  await programs.compiled.writeState({
    ...initialNetworkState(networks.actor, init),
    ...initialNetworkState(networks.critic, init)
  })
  return new Ddpg(config, context, programs, new PolicyRows(context))
}

class Ddpg implements Agent {
  private readonly config: DdpgConfig
  private readonly context: AgentContext
  private readonly programs: LearnerPrograms
  private readonly rows: PolicyRows
  private readonly buffer: ReplayBuffer
  private readonly inputs

  constructor(config: DdpgConfig, context: AgentContext, programs: LearnerPrograms, rows: PolicyRows) {
    const { role, maximumEpisodeSteps } = context
    this.config = config
    this.context = context
    this.programs = programs
    this.rows = rows
    this.buffer = new ReplayBuffer({
      capacity: config.bufferSize,
      observationWidth: role.observation.width,
      actionWidth: role.action.width,
      hasNext: maximumEpisodeSteps !== 1
    })
    this.inputs = {
      ...createReplayBatch(this.buffer.shape, config.batchSize),
      actorRate: new Float32Array(1),
      criticRate: new Float32Array(1)
    }
  }

  async act(observations: Float32Array, { explore, rngStream }: ActOptions): Promise<Float32Array> {
    const { role } = this.context
    const space = asBox(role.action)
    if (explore && !this.isWarm) {
      return uniformActions((observations.length / role.observation.width) * space.width, space, rngStream)
    }
    const actions = await this.rows.answer(this.programs.compiled, observations)
    if (explore) addGaussianNoise(actions, space, this.config.explorationNoise, rngStream)
    return actions
  }

  observe(transitions: Transitions): void {
    this.buffer.add(transitions)
  }

  async update({ progress }: { readonly progress: number }): Promise<UpdateReport> {
    if (!this.isWarm) return { gradientSteps: 0, measurements: {} }
    const { actorLearningRate, criticLearningRate, learningRateDecay, updatesPerRound } = this.config
    this.inputs.actorRate[0] = learningRateAt(actorLearningRate, learningRateDecay, progress)
    this.inputs.criticRate[0] = learningRateAt(criticLearningRate, learningRateDecay, progress)
    const means = new Means()
    for (let i = 0; i < updatesPerRound; i++) {
      this.buffer.sample(this.inputs, this.context.streams.get("replay"))
      means.addAll(scalars(await this.programs.compiled.run("update", this.inputs)))
    }
    return { gradientSteps: updatesPerRound, measurements: means.take() }
  }

  async save(): Promise<SavedState> {
    return joinStates({ programs: await savePrograms(this.programs.compiled), buffer: this.buffer.save() })
  }

  async restore(state: SavedState): Promise<void> {
    await restorePrograms(this.programs.compiled, partOfState(state, "programs"))
    this.buffer.restore(partOfState(state, "buffer"))
  }

  close(): Promise<void> {
    return this.programs.release()
  }

  private get isWarm(): boolean {
    return this.buffer.added >= this.config.learningStarts
  }
}
