import { type AgentContext, asBox } from "@twinpact/core"
import {
  adaptEntropyCoefficient,
  averageTargets,
  criticLoss,
  descend,
  entropyCoefficient,
  entropyCoefficientShapes,
  networkStateShapes,
  scaleObservations,
  smallest,
  toUnitBox,
  valueTarget
} from "@twinpact/core/learning"
import { mean, mul, type NamedNodes, type Node, neg, type Program, program, type Shape, sub } from "@twinpact/tensor"
import { neuronGroups } from "../pruned-diffusion-sac/neuron-groups.ts"
import { keepsTaylor, TAYLOR, taylorShape, updateTaylor } from "../pruned-diffusion-sac/taylor.ts"
import {
  type ChainResult,
  criticValues,
  type DiffusionWidths,
  diffusionNetworks,
  noiseRows,
  runChain
} from "./networks.ts"
import type { DiffusionActorCriticConfig } from "./variant.ts"

/** Largest norm of the actor's gradient with the path bound, whose terms can be large. */
const MAXIMUM_PATH_GRADIENT = 1

const DEFAULT_TARGET_ENTROPY_PER_COMPONENT = -4

/**
 * One update of the diffusion actor-critic, the actor after and through the new critics and the whole chain:
 *
 * y = R + gamma (1 - terminated) (min Q'(e', a') - alpha l'), a' from the target actor's chain;
 * L_Q = sum_m mean (Q_m(e, a) - y)^2; L_pi = mean (alpha l - min Q(e, chain(e, noise))),
 *
 * with l the path bound of log pi, or none of the terms in l (entropy: none, adaptive-noise). In episodes of one step
 * y = R, and neither targets nor next observations exist.
 */
export const updateProgram = (
  widths: DiffusionWidths,
  config: DiffusionActorCriticConfig,
  context: AgentContext
): Program => {
  const networks = diffusionNetworks(widths, context)
  const { actor, critic } = networks
  const { role, maximumEpisodeSteps } = context
  const { batchSize, gamma, tau, weightDecay, observationScaling, pruning } = config
  const hasNext = maximumEpisodeSteps !== 1
  const hasBound = config.entropy === "path-bound"
  const action = asBox(role.action)
  const observationShape: Shape = [batchSize, role.observation.width]
  const noiseShape: Shape = [noiseRows(config), batchSize, action.width]
  const prunable = keepsTaylor(pruning) ? neuronGroups(widths, pruning?.critics === true) : null
  const targetEntropy = config.targetEntropy ?? DEFAULT_TARGET_ENTROPY_PER_COMPONENT * action.width
  return program({
    state: {
      ...networkStateShapes(actor),
      ...networkStateShapes(critic),
      ...(hasBound ? entropyCoefficientShapes : {}),
      ...(prunable === null ? {} : { [TAYLOR]: taylorShape(prunable) })
    } as Record<string, Shape>,
    inputs: {
      observations: observationShape,
      actions: [batchSize, action.width],
      rewards: [batchSize, 1],
      noise: noiseShape,
      actorRate: [],
      criticRate: [],
      ...(hasNext ? { nextObservations: observationShape, continues: [batchSize, 1], nextNoise: noiseShape } : {})
    } as Record<string, Shape>,
    build: (state, inputs) => {
      const scale = (rows: Node) => scaleObservations(rows, role.observation, observationScaling)
      const observations = scale(inputs.observations)
      const weighted = (value: Node, { logDensityBound }: ChainResult): Node =>
        logDensityBound === null ? value : sub(value, mul(entropyCoefficient(state), logDensityBound))
      const target = (): Node => {
        if (!hasNext) return inputs.rewards
        const next = scale(inputs.nextObservations)
        const chain = runChain(actor, state["target.actor"], next, inputs.nextNoise, config)
        const nextValue = smallest(criticValues(critic, state["target.critic"], next, chain.actions))
        return valueTarget(inputs.rewards, inputs.continues, weighted(nextValue, chain), gamma)
      }
      const played = criticValues(critic, state.critic, observations, toUnitBox(inputs.actions, action))
      const lossOfCritic = criticLoss(played, target())
      const newCritic = descend(critic, lossOfCritic, state, inputs.criticRate, { weightDecay })
      const chain = runChain(actor, state.actor, observations, inputs.noise, config)
      const valueOfPolicy = smallest(criticValues(critic, newCritic.parameters, observations, chain.actions))
      const lossOfActor = neg(mean(weighted(valueOfPolicy, chain)))
      const newActor = descend(actor, lossOfActor, state, inputs.actorRate, {
        weightDecay,
        ...(hasBound ? { maximumNorm: MAXIMUM_PATH_GRADIENT } : {})
      })
      const online = { actor: newActor.parameters, critic: newCritic.parameters }
      const { logDensityBound } = chain
      const entropyState: NamedNodes =
        logDensityBound === null
          ? {}
          : adaptEntropyCoefficient(state, logDensityBound, targetEntropy, config.entropyLearningRate)
      return {
        outputs: {
          criticLoss: lossOfCritic,
          actorLoss: lossOfActor,
          value: mean(played[0]),
          ...(logDensityBound === null
            ? {}
            : { entropyBound: neg(mean(logDensityBound)), entropyCoefficient: entropyCoefficient(state) })
        },
        state: {
          ...newActor.state,
          ...newCritic.state,
          ...entropyState,
          ...averageTargets([actor, critic], state, online, tau),
          ...(prunable === null
            ? {}
            : updateTaylor(networks, prunable, state, { actor: newActor.gradient, critic: newCritic.gradient }))
        }
      }
    }
  })
}
