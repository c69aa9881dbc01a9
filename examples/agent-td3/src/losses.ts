import { type AgentContext, asBox } from "@twinpact/core"
import {
  actionValues,
  averageTargets,
  criticLoss,
  descend,
  networkStateShapes,
  scaleObservations,
  smallest,
  toUnitBox,
  valueTarget
} from "@twinpact/core/learning"
import { add, clip, mean, mul, type Node, neg, type Program, program, type Shape, unpack } from "@twinpact/tensor"
import type { Td3Config } from "./config.ts"
import { policy, type Td3Networks } from "./networks.ts"

/**
 * One update (Fujimoto et al., 2018). The critics, every time:
 *
 * a' = clip(mu'(e') + clip(sigma xi, -c, c), -1, 1); y = R + gamma (1 - terminated) min_m Q'_m(e', a');
 * L_Q = sum_m mean (Q_m(e, a) - y)^2.
 *
 * Where `movesPolicy`, then also the actor, through the new first critic, and all targets: L_mu = -mean Q_1(e, mu(e)).
 *
 * In episodes of one step y = R, and neither targets, next observations nor target noise exist.
 */
export const updateProgram = (
  { actor, critic }: Td3Networks,
  config: Td3Config,
  { role, maximumEpisodeSteps }: AgentContext,
  movesPolicy: boolean
): Program => {
  const { batchSize, gamma, tau, weightDecay, targetNoise, targetNoiseClip, observationScaling } = config
  const hasNext = maximumEpisodeSteps !== 1
  const action = asBox(role.action)
  const observationShape: Shape = [batchSize, role.observation.width]
  const actionShape: Shape = [batchSize, action.width]
  const values = (packed: Node, observations: Node, actions: Node) =>
    actionValues(unpack(packed, critic.shapes), observations, actions)
  return program({
    state: { ...networkStateShapes(actor), ...networkStateShapes(critic) },
    inputs: {
      observations: observationShape,
      actions: actionShape,
      rewards: [batchSize, 1],
      actorRate: [],
      criticRate: [],
      ...(hasNext ? { nextObservations: observationShape, continues: [batchSize, 1], nextNoise: actionShape } : {})
    } as Record<string, Shape>,
    build: (state, inputs) => {
      const scale = (rows: Node) => scaleObservations(rows, role.observation, observationScaling)
      const observations = scale(inputs.observations)
      const target = (): Node => {
        if (!hasNext) return inputs.rewards
        const next = scale(inputs.nextObservations)
        const noise = clip(mul(inputs.nextNoise, targetNoise), -targetNoiseClip, targetNoiseClip)
        const nextAction = clip(add(policy(actor, state["target.actor"], next), noise), -1, 1)
        const nextValue = smallest(values(state["target.critic"], next, nextAction))
        return valueTarget(inputs.rewards, inputs.continues, nextValue, gamma)
      }
      const played = values(state.critic, observations, toUnitBox(inputs.actions, action))
      const lossOfCritics = criticLoss(played, target())
      const newCritic = descend(critic, lossOfCritics, state, inputs.criticRate, { weightDecay })
      const outputs = { criticLoss: lossOfCritics, value: mean(played[0]) }
      if (!movesPolicy) return { outputs, state: newCritic.state }
      const [valueOfPolicy] = values(newCritic.parameters, observations, policy(actor, state.actor, observations))
      const lossOfActor = neg(mean(valueOfPolicy))
      const newActor = descend(actor, lossOfActor, state, inputs.actorRate, { weightDecay })
      const online = { actor: newActor.parameters, critic: newCritic.parameters }
      return {
        outputs: { ...outputs, actorLoss: lossOfActor },
        state: { ...newActor.state, ...newCritic.state, ...averageTargets([actor, critic], state, online, tau) }
      }
    }
  })
}
