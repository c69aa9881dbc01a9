import type { ActOptions, Agent, AgentContext, SavedState, Transitions, UpdateReport } from "@twinpact/core"
import { joinStates, Means, partOfState } from "@twinpact/core"
import {
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
  takePrograms
} from "@twinpact/core/learning"
import type { IndependentDqnConfig } from "./config.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, itemCount, type Learners, learnersOf, valueNetworks, writeMembership } from "./networks.ts"

/** Acts epsilon-greedily by its learners' values, each learned from a memory of its own. */
export const createIndependentDqn = async (config: IndependentDqnConfig, context: AgentContext): Promise<Agent> => {
  const learners = learnersOf(config.parameters, context.role)
  const network = valueNetworks(config, context, learners)
  const programs = await takePrograms(
    { agent: "independent-dqn", variant: { learners: learners.count }, config, context },
    () => ({
      update: updateProgram(network, config, context, learners),
      ...policyPrograms(context, (rows) => actProgram(network, config, context, learners, rows))
    })
  )
  await programs.compiled.writeState(initialNetworkState(network, context.streams.get("init")))
  return new IndependentDqn(config, context, learners, programs)
}

class IndependentDqn implements Agent {
  private readonly config: IndependentDqnConfig
  private readonly context: AgentContext
  private readonly learners: Learners
  private readonly programs: LearnerPrograms
  private readonly policy: PolicyRows
  private readonly memories: readonly ReplayBuffer[]
  private readonly batch
  private readonly rate = new Float32Array(1)
  /** Who answers what follows each row of the minibatch; empty where nothing follows. */
  private readonly membership: Float32Array

  constructor(config: IndependentDqnConfig, context: AgentContext, learners: Learners, programs: LearnerPrograms) {
    const { role, maximumEpisodeSteps } = context
    const { count } = learners
    const shape = {
      capacity: config.bufferSize,
      observationWidth: role.observation.width,
      actionWidth: 1,
      hasNext: maximumEpisodeSteps !== 1
    }
    this.config = config
    this.context = context
    this.learners = learners
    this.programs = programs
    this.policy = new PolicyRows(context, (rows) => ({ membership: new Float32Array(count * rows) }))
    this.memories = Array.from({ length: count }, () => new ReplayBuffer(shape))
    this.batch = createReplayBatch(shape, count * config.batchSize)
    this.membership = new Float32Array(shape.hasNext ? count ** 2 * config.batchSize : 0)
  }

  async act(observations: Float32Array, { explore, progress, rngStream }: ActOptions): Promise<Float32Array> {
    const { initialEpsilon, finalEpsilon } = this.config
    const { role } = this.context
    const { width } = role.observation
    let start = 0
    const actions = await this.policy.answer(this.programs.compiled, observations, (inputs) => {
      const rows = inputs.observations.length / width
      const first = start
      writeMembership(inputs.membership, rows, (row) => this.learners.of(first + row, inputs.observations, row * width))
      start += rows
    })
    const epsilon = explore ? initialEpsilon + (finalEpsilon - initialEpsilon) * progress : 0
    for (let row = 0; epsilon > 0 && row < actions.length; row++) {
      if (rngStream.uniform() < epsilon) actions[row] = rngStream.integer(itemCount(role))
    }
    return actions
  }

  observe(transitions: Transitions): void {
    const { width } = this.context.role.observation
    this.memories.forEach((memory, learner) => {
      memory.add(transitions, (row) => this.learners.of(row, transitions.observations, row * width) === learner)
    })
  }

  async update({ progress }: { readonly progress: number }): Promise<UpdateReport> {
    const { learningRate, learningRateDecay, updatesPerRound } = this.config
    if (!this.memories.some(this.isReady)) return { gradientSteps: 0, measurements: {} }
    this.rate[0] = learningRateAt(learningRate, learningRateDecay, progress)
    const means = new Means()
    for (let i = 0; i < updatesPerRound; i++) {
      this.sample()
      const { batch, rate, membership } = this
      const inputs = membership.length === 0 ? { ...batch, rate } : { ...batch, rate, membership }
      means.addAll(scalars(await this.programs.compiled.run("update", inputs)))
    }
    return { gradientSteps: updatesPerRound, measurements: means.take() }
  }

  async save(): Promise<SavedState> {
    return joinStates({
      programs: await savePrograms(this.programs.compiled),
      ...Object.fromEntries(this.memories.map((memory, learner) => [`memory${learner}`, memory.save()]))
    })
  }

  async restore(state: SavedState): Promise<void> {
    await restorePrograms(this.programs.compiled, partOfState(state, "programs"))
    for (const [learner, memory] of this.memories.entries()) memory.restore(partOfState(state, `memory${learner}`))
  }

  close(): Promise<void> {
    return this.programs.release()
  }

  private readonly isReady = (memory: ReplayBuffer): boolean => memory.added >= this.config.batchSize

  /** A minibatch for every learner; where a memory holds too little, rows without a transition. */
  private sample(): void {
    const { batchSize } = this.config
    const { role, streams } = this.context
    this.memories.forEach((memory, learner) => {
      const start = learner * batchSize
      if (this.isReady(memory)) memory.sample(this.batch, streams.get("replay"), start, batchSize)
      else this.batch.actions.fill(-1, start, start + batchSize)
    })
    const { nextObservations } = this.batch
    if (nextObservations === undefined) return
    writeMembership(this.membership, this.batch.rewards.length, (row) =>
      // a transition of player l is in memory l: the learner stands for the row it came from
      this.learners.of(Math.floor(row / batchSize), nextObservations, row * role.observation.width)
    )
  }
}
