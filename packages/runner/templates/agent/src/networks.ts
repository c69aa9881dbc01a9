import { type AgentContext, asBox } from "@twinpact/core"
import { actionValueShapes, fromUnitBox, scaleObservations, type TrainedNetwork } from "@twinpact/core/learning"
import { mlp, mlpShapes, type Node, type Program, packedShape, program, relu, tanh, unpack } from "@twinpact/tensor"
import type { AgentConfig } from "./config.ts"

export interface Networks {
  readonly actor: TrainedNetwork
  readonly critic: TrainedNetwork
}

/** mu: observation to action; Q: [observation, action] to value. Targets only where an episode goes on. */
export const makeNetworks = (
  { hiddenWidths }: AgentConfig,
  { role: { observation, action }, maximumEpisodeSteps }: AgentContext
): Networks => {
  const hasTarget = maximumEpisodeSteps !== 1
  const widths = { observation: observation.width, action: action.width, hidden: hiddenWidths }
  return {
    actor: { name: "actor", shapes: mlpShapes("mu", [observation.width, ...hiddenWidths, action.width]), hasTarget },
    critic: { name: "critic", shapes: actionValueShapes(widths, 1), hasTarget }
  }
}

/** mu(e) = tanh(network(e)), in -1..1 `[batch, action width]`. */
export const policy = ({ shapes }: TrainedNetwork, packed: Node, observations: Node): Node =>
  tanh(mlp(unpack(packed, shapes), "mu", observations, relu))

/** The greedy policy for a batch of `rows`: `observations` in, `actions` of the role out. */
export const actProgram = (
  { actor }: Networks,
  { observationScaling }: AgentConfig,
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
