import { type AgentContext, asBox } from "@twinpact/core"
import { actionValueShapes, fromUnitBox, scaleObservations, type TrainedNetwork } from "@twinpact/core/learning"
import { mlp, mlpShapes, type Node, type Program, packedShape, program, relu, tanh, unpack } from "@twinpact/tensor"
import type { Td3Config } from "./config.ts"

export interface Td3Networks {
  readonly actor: TrainedNetwork
  readonly critic: TrainedNetwork
}

/** mu: observation to action; Q_1, Q_2: [observation, action] to value. All have targets where episodes go on. */
export const td3Networks = (
  { hiddenWidths }: Td3Config,
  { role: { observation, action }, maximumEpisodeSteps }: AgentContext
): Td3Networks => {
  const hasTarget = maximumEpisodeSteps !== 1
  const widths = { observation: observation.width, action: action.width, hidden: hiddenWidths }
  const actorShapes = mlpShapes("mu", [observation.width, ...hiddenWidths, action.width])
  return {
    actor: { name: "actor", shapes: actorShapes, hasTarget },
    critic: { name: "critic", shapes: actionValueShapes(widths, 2), hasTarget }
  }
}

/** mu(e) = tanh(network(e)), in -1..1 `[batch, action width]`. */
export const policy = ({ shapes }: TrainedNetwork, packed: Node, observations: Node): Node =>
  tanh(mlp(unpack(packed, shapes), "mu", observations, relu))

/** The greedy policy for a batch of `rows`: `observations` in, `actions` of the role out. */
export const actProgram = (
  { actor }: Td3Networks,
  { observationScaling }: Td3Config,
  { role }: AgentContext,
  rows: number
): Program =>
  program({
    state: { actor: packedShape(actor.shapes) },
    inputs: { observations: [rows, role.observation.width] },
    build: (state, { observations }) => {
      const scaled = scaleObservations(observations, role.observation, observationScaling)
      return { outputs: { actions: fromUnitBox(policy(actor, state.actor, scaled), asBox(role.action)) } }
    }
  })
