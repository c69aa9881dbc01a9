import { type Agent, type AgentContext, asBox } from "@twinpact/core"
import {
  addGaussianNoise,
  createReplayBatch,
  initialEntropyCoefficient,
  initialNetworkState,
  NORMAL_NOISE,
  PolicyRows,
  policyPrograms,
  ReplayLearner
} from "@twinpact/core/learning"
import { type Programs, sizeOf } from "@twinpact/tensor"
import { neuronGroups } from "../pruned-diffusion-sac/neuron-groups.ts"
import { denseSmallWidths, Pruner } from "../pruned-diffusion-sac/pruner.ts"
import { keepsTaylor, TAYLOR, taylorShape } from "../pruned-diffusion-sac/taylor.ts"
import { activityProgram } from "./activity.ts"
import { AdaptiveNoise } from "./adaptive-noise.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, type DiffusionWidths, diffusionNetworks, initialWidths, noiseRows } from "./networks.ts"
import type { DiffusionActorCriticConfig } from "./variant.ts"

/** The diffusion actor-critic under the name of one of its variants. */
export const createDiffusionSac = async (
  name: string,
  config: DiffusionActorCriticConfig,
  context: AgentContext
): Promise<Agent> => {
  const { role, streams } = context
  const space = asBox(role.action)
  const widths = firstWidths(config, context)
  const noiseOf = (count: number) => ({ noise: new Float32Array(noiseRows(config) * count * space.width) })
  const rows = new PolicyRows(context, noiseOf)
  const pruner = createPruner(config, context, widths)
  const adaptiveNoise = config.entropy === "adaptive-noise" ? new AdaptiveNoise(config, context, rows) : null
  const { actor, critic } = diffusionNetworks(widths, context)
  const init = streams.get("init")
  const learner = await ReplayLearner.create(config, context, {
    agent: name,
    programs: () => programsAt(widths, config, context),
    policy: {
      program: () => actProgram(diffusionNetworks(pruner?.widths ?? widths, context), config, context, 1),
      noise: NORMAL_NOISE
    },
    initialState: {
      ...initialNetworkState(actor, init),
      ...initialNetworkState(critic, init),
      ...(config.entropy === "path-bound" ? initialEntropyCoefficient(config.initialEntropyCoefficient) : {}),
      ...initialTaylor(widths, config)
    },
    noise: {
      ...noiseOf(config.batchSize),
      ...(context.maximumEpisodeSteps === 1 ? {} : { nextNoise: noiseOf(config.batchSize).noise })
    },
    companions: { ...(pruner === null ? {} : { pruner }), ...(adaptiveNoise === null ? {} : { adaptiveNoise }) }
  })
  return learner.asAgent(async (observations, { explore, rngStream }) => {
    const actions = await rows.answer(learner.compiled, observations, ({ noise }) => {
      rngStream.fillNormal(noise)
      // the unclipped chain adds noise in its last step too, but not when it is judged
      if (!explore && config.entropy === "path-bound")
        noise.fill(0, (noise.length * config.denoisingSteps) / noiseRows(config))
    })
    if (explore) addGaussianNoise(actions, space, adaptiveNoise?.deviation ?? config.explorationNoise, rngStream)
    return actions
  })
}

/** Full widths, or those of the smaller network that trains from the start. */
const firstWidths = (config: DiffusionActorCriticConfig, context: AgentContext): DiffusionWidths => {
  const full = initialWidths(config, context)
  const { pruning } = config
  return pruning !== null && pruning.rate > 0 && pruning.mode === "dense-small" ? denseSmallWidths(full, pruning) : full
}

const createPruner = (
  config: DiffusionActorCriticConfig,
  context: AgentContext,
  widths: DiffusionWidths
): Pruner | null => {
  const { pruning, denoisingSteps, batchSize } = config
  if (pruning === null || pruning.rate === 0 || pruning.mode === "dense-small") return null
  const activity = async (learner: ReplayLearner) => {
    const rngStream = context.streams.get("prune")
    const batch = createReplayBatch(learner.buffer.shape, batchSize)
    learner.buffer.sample(batch, rngStream)
    const noise = new Float32Array(noiseRows(config) * batchSize * context.role.action.width)
    rngStream.fillNormal(noise)
    const outputs = await learner.compiled.run("activity", { observations: batch.observations, noise })
    return outputs.activity
  }
  const programs = (smaller: DiffusionWidths) => programsAt(smaller, config, context)
  return new Pruner({ pruning, context, denoisingSteps, programs, activity }, widths)
}

const programsAt = (widths: DiffusionWidths, config: DiffusionActorCriticConfig, context: AgentContext): Programs => {
  const { pruning } = config
  return {
    update: updateProgram(widths, config, context),
    ...policyPrograms(context, (count) => actProgram(diffusionNetworks(widths, context), config, context, count)),
    ...(pruning !== null && pruning.rate > 0 && pruning.importance === "activation"
      ? { activity: activityProgram(widths, neuronGroups(widths, false), config, context) }
      : {})
  }
}

const initialTaylor = (
  widths: DiffusionWidths,
  { pruning }: DiffusionActorCriticConfig
): Readonly<Record<string, Float32Array>> => {
  if (!keepsTaylor(pruning)) return {}
  return { [TAYLOR]: new Float32Array(sizeOf(taylorShape(neuronGroups(widths, pruning?.critics === true)))) }
}
