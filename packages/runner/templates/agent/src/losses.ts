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
import { mean, type Node, neg, type Program, program, type Shape, unpack } from "@twinpact/tensor"
import type { AgentConfig } from "./config.ts"
import { type Networks, policy } from "./networks.ts"

/**
 * One update, compiled as a whole; the actor after and through the new critic (Lillicrap et al., 2016):
 *
 * y = R + gamma (1 - terminated) Q'(e', mu'(e')); L_Q = mean (Q(e, a) - y)^2; L_mu = -mean Q(e, mu(e)).
 *
 * In episodes of one step y = R, and neither targets nor next observations exist.
 */
export const updateProgram = (
  { actor, critic }: Networks,
  { batchSize, gamma, tau, weightDecay, observationScaling }: AgentConfig,
  { role, maximumEpisodeSteps }: AgentContext
): Program => {
  const hasNext = maximumEpisodeSteps !== 1
  const action = asBox(role.action)
  const observationShape: Shape = [batchSize, role.observation.width]
  const values = (packed: Node, observations: Node, actions: Node) =>
    smallest(actionValues(unpack(packed, critic.shapes), observations, actions))
  return program({
    state: { ...networkStateShapes(actor), ...networkStateShapes(critic) },
    inputs: {
      observations: observationShape,
      actions: [batchSize, action.width],
      rewards: [batchSize, 1],
      actorRate: [],
      criticRate: [],
      ...(hasNext ? { nextObservations: observationShape, continues: [batchSize, 1] } : {})
    } as Record<string, Shape>,
    build: (state, inputs) => {
      const scale = (rows: Node) => scaleObservations(rows, role.observation, observationScaling)
      const observations = scale(inputs.observations)
      const target = (): Node => {
        if (!hasNext) return inputs.rewards
        const next = scale(inputs.nextObservations)
        const nextValue = values(state["target.critic"], next, policy(actor, state["target.actor"], next))
        return valueTarget(inputs.rewards, inputs.continues, nextValue, gamma)
      }
      const value = values(state.critic, observations, toUnitBox(inputs.actions, action))
      const lossOfCritic = criticLoss([value], target())
      const newCritic = descend(critic, lossOfCritic, state, inputs.criticRate, { weightDecay })
      const valueOfPolicy = values(newCritic.parameters, observations, policy(actor, state.actor, observations))
      const lossOfActor = neg(mean(valueOfPolicy))
      const newActor = descend(actor, lossOfActor, state, inputs.actorRate, { weightDecay })
      const online = { actor: newActor.parameters, critic: newCritic.parameters }
      return {
        outputs: { criticLoss: lossOfCritic, actorLoss: lossOfActor, value: mean(value) },
        state: { ...newActor.state, ...newCritic.state, ...averageTargets([actor, critic], state, online, tau) }
      }
    }
  })
}
