import {
  type ActOptions,
  type Agent,
  type AgentContext,
  asBox,
  type BoxSpace,
  joinStates,
  Means,
  type PolicyFile,
  partOfState,
  restoreInto,
  type SavedState,
  type Transitions,
  type UpdateReport,
  vector
} from "@twinpact/core"
import {
  exportPolicy,
  generalisedAdvantage,
  initialNetworkState,
  type LearnerPrograms,
  learningRateAt,
  NORMAL_NOISE,
  normaliseAdvantages,
  PolicyRows,
  policyPrograms,
  Rollout,
  restorePrograms,
  savePrograms,
  scalars,
  takePrograms
} from "@twinpact/core/learning"
import { unpackValues } from "@twinpact/tensor"
import type { PpoConfig } from "./config.ts"
import { assessProgram, updateProgram } from "./losses.ts"
import { Minibatches } from "./minibatches.ts"
import { actProgram, ppoNetwork } from "./networks.ts"

export const createPpo = async (config: PpoConfig, context: AgentContext): Promise<Agent> => {
  const network = ppoNetwork(config, context)
  const programs = await takePrograms({ agent: "ppo", config, context }, () => ({
    update: updateProgram(network, config, context),
    assess: assessProgram(network, config, context),
    ...policyPrograms(context, (rows) => actProgram(network, config, context, rows, false))
  }))
  const state = initialNetworkState(network, context.streams.get("init"))
  unpackValues(network.shapes, state.policy).logDeviation.fill(config.initialLogDeviation)
  await programs.compiled.writeState(state)
  return new Ppo(config, context, programs)
}

/** Collects a rollout, learns from it in several shuffled passes, throws it away. */
class Ppo implements Agent {
  private readonly config: PpoConfig
  private readonly context: AgentContext
  private readonly space: BoxSpace
  private readonly programs: LearnerPrograms
  private readonly rows: PolicyRows
  private readonly rollout: Rollout
  private readonly minibatches: Minibatches
  /** The last actions as they were drawn: what was played is clipped. */
  private readonly drawn: Float32Array

  constructor(config: PpoConfig, context: AgentContext, programs: LearnerPrograms) {
    const { role, instances, maximumEpisodeSteps } = context
    const rows = instances * role.agentCount
    this.config = config
    this.context = context
    this.space = asBox(role.action)
    this.programs = programs
    this.rows = new PolicyRows(context, (count) => ({ noise: new Float32Array(count * role.action.width) }))
    this.drawn = new Float32Array(rows * role.action.width)
    this.rollout = new Rollout({
      steps: Math.ceil(Math.max(config.rolloutSize, config.batchSize) / rows),
      rows,
      observationWidth: role.observation.width,
      actionWidth: role.action.width,
      hasNext: maximumEpisodeSteps !== 1
    })
    this.minibatches = new Minibatches(this.rollout, config.batchSize)
  }

  async act(observations: Float32Array, { explore, rngStream }: ActOptions): Promise<Float32Array> {
    const actions = await this.rows.answer(this.programs.compiled, observations, ({ noise }) => {
      if (explore) rngStream.fillNormal(noise)
      else noise.fill(0)
    })
    if (explore) this.drawn.set(actions)
    const { low, high, width } = this.space
    for (let i = 0; i < actions.length; i++) {
      actions[i] = Math.max(low[i % width], Math.min(high[i % width], actions[i]))
    }
    return actions
  }

  observe(transitions: Transitions): void {
    this.rollout.add(transitions, this.drawn)
  }

  async update({ progress }: { readonly progress: number }): Promise<UpdateReport> {
    if (!this.rollout.isFull) return { gradientSteps: 0, measurements: {} }
    const { learningRate, learningRateDecay, updateEpochs, gamma, lambda } = this.config
    const { compiled } = this.programs
    const { minibatches, rollout } = this
    const { values, nextValues, logDensities } = await minibatches.assess(compiled)
    const { rewards, terminated, ended, shape } = rollout
    const advantages = generalisedAdvantage({
      rows: shape.rows,
      rewards,
      values,
      nextValues,
      terminated,
      ended,
      gamma,
      lambda
    })
    const valueTargets = advantages.map((advantage, i) => advantage + values[i])
    normaliseAdvantages(advantages)
    const rate = Float32Array.of(learningRateAt(learningRate, learningRateDecay, progress))
    const means = new Means()
    let gradientSteps = 0
    for (let epoch = 0; epoch < updateEpochs; epoch++) {
      for (const batch of minibatches.shuffled(
        { oldLogDensity: logDensities, advantages, valueTargets },
        this.context.streams.get("replay")
      )) {
        means.addAll(scalars(await compiled.run("update", { ...batch, rate })))
        gradientSteps += 1
      }
    }
    rollout.clear()
    return { gradientSteps, measurements: means.take() }
  }

  async save(scope: "everything" | "policy" = "everything"): Promise<SavedState> {
    if (scope === "policy") return joinStates({ programs: await savePrograms(this.programs.compiled, ["policy"]) })
    return joinStates({
      programs: await savePrograms(this.programs.compiled),
      rollout: this.rollout.save(),
      last: { tensors: { drawn: vector(this.drawn.slice()) }, counters: {} }
    })
  }

  async restore(state: SavedState): Promise<void> {
    await restorePrograms(this.programs.compiled, partOfState(state, "programs"))
    if (!("rollout" in state.counters)) return
    this.rollout.restore(partOfState(state, "rollout"))
    restoreInto(partOfState(state, "last"), "drawn", this.drawn)
  }

  exportPolicy(options: { readonly deterministic: boolean }): Promise<PolicyFile> {
    const program = () => actProgram(ppoNetwork(this.config, this.context), this.config, this.context, 1, true)
    return exportPolicy(this.programs.compiled, { program, noise: NORMAL_NOISE }, options)
  }

  close(): Promise<void> {
    return this.programs.release()
  }
}
