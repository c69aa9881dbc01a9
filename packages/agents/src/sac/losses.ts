import { type AgentContext, asBox } from "@twinpact/core"
import {
  actionValues,
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
import { mean, mul, type Node, neg, type Program, program, type Shape, sub, unpack } from "@twinpact/tensor"
import type { SacConfig } from "./config.ts"
import { drawAction, type SacNetworks } from "./networks.ts"

/**
 * One update (Haarnoja et al., 2018, the second version), the actor after and through the new critics:
 *
 * y = R + gamma (1 - terminated) (min Q'(e', a') - alpha log pi(a'|e')), a' ~ pi(.|e'); L_Q = sum_m mean (Q_m - y)^2;
 * L_pi = mean (alpha log pi(a|e) - min Q(e, a)); L_alpha = -log alpha mean (log pi(a|e) + target entropy).
 */
export const updateProgram = (
  { actor, critic }: SacNetworks,
  config: SacConfig,
  { role, maximumEpisodeSteps }: AgentContext
): Program => {
  const { batchSize, gamma, tau, weightDecay, observationScaling, squashScale } = config
  const hasNext = maximumEpisodeSteps !== 1
  const action = asBox(role.action)
  const targetEntropy = config.targetEntropy ?? -action.width
  const [observationShape, actionShape]: Shape[] = [
    [batchSize, role.observation.width],
    [batchSize, action.width]
  ]
  const values = (packed: Node, observations: Node, actions: Node) =>
    actionValues(unpack(packed, critic.shapes), observations, actions)
  return program({
    state: { ...networkStateShapes(actor), ...networkStateShapes(critic), ...entropyCoefficientShapes },
    inputs: {
      observations: observationShape,
      actions: actionShape,
      rewards: [batchSize, 1],
      noise: actionShape,
      actorRate: [],
      criticRate: [],
      ...(hasNext ? { nextObservations: observationShape, continues: [batchSize, 1], nextNoise: actionShape } : {})
    } as Record<string, Shape>,
    build: (state, inputs) => {
      const scale = (rows: Node) => scaleObservations(rows, role.observation, observationScaling)
      const observations = scale(inputs.observations)
      const alpha = entropyCoefficient(state)
      const target = (): Node => {
        if (!hasNext) return inputs.rewards
        const next = scale(inputs.nextObservations)
        const drawn = drawAction(actor, state.actor, next, inputs.nextNoise, squashScale)
        const nextValue = smallest(values(state["target.critic"], next, drawn.actions))
        return valueTarget(inputs.rewards, inputs.continues, sub(nextValue, mul(alpha, drawn.logDensity)), gamma)
      }
      const played = values(state.critic, observations, toUnitBox(inputs.actions, action))
      const lossOfCritic = criticLoss(played, target())
      const newCritic = descend(critic, lossOfCritic, state, inputs.criticRate, { weightDecay })
      const { actions, logDensity } = drawAction(actor, state.actor, observations, inputs.noise, squashScale)
      const valueOfPolicy = smallest(values(newCritic.parameters, observations, actions))
      const lossOfActor = mean(sub(mul(alpha, logDensity), valueOfPolicy))
      const newActor = descend(actor, lossOfActor, state, inputs.actorRate, { weightDecay })
      return {
        outputs: {
          criticLoss: lossOfCritic,
          actorLoss: lossOfActor,
          value: mean(played[0]),
          entropy: neg(mean(logDensity)),
          entropyCoefficient: alpha
        },
        state: {
          ...newActor.state,
          ...newCritic.state,
          ...adaptEntropyCoefficient(state, logDensity, targetEntropy, config.entropyLearningRate),
          ...averageTargets([critic], state, { critic: newCritic.parameters }, tau)
        }
      }
    }
  })
}
