import { type AgentContext, asBox } from "@twinpact/core"
import {
  actionValueShapes,
  fromUnitBox,
  type SquashedGaussian,
  scaleObservations,
  squashedGaussian,
  type TrainedNetwork
} from "@twinpact/core/learning"
import {
  clip,
  mlp,
  mlpShapes,
  type Node,
  type Program,
  packedShape,
  program,
  relu,
  sliceAxis,
  unpack
} from "@twinpact/tensor"
import type { SacConfig } from "./config.ts"

export interface SacNetworks {
  readonly actor: TrainedNetwork
  readonly critic: TrainedNetwork
}

const LOG_DEVIATION = { low: -20, high: 2 }

/** The actor gives mean and log deviation; two independent critics see [observation, action]. */
export const sacNetworks = (
  { hiddenWidths }: SacConfig,
  { role: { observation, action }, maximumEpisodeSteps }: AgentContext
): SacNetworks => {
  const widths = { observation: observation.width, action: action.width, hidden: hiddenWidths }
  const actorShapes = mlpShapes("pi", [observation.width, ...hiddenWidths, 2 * action.width])
  return {
    actor: { name: "actor", shapes: actorShapes, hasTarget: false }, // targets come from the present policy
    critic: { name: "critic", shapes: actionValueShapes(widths, 2), hasTarget: maximumEpisodeSteps !== 1 }
  }
}

/** mu and log sigma of the Gaussian before it is squashed, `[batch, action width]` each. */
const gaussian = ({ shapes }: TrainedNetwork, packed: Node, observations: Node): { mean: Node; logDeviation: Node } => {
  const outputs = mlp(unpack(packed, shapes), "pi", observations, relu)
  const width = outputs.shape[1] / 2
  return {
    mean: sliceAxis(outputs, 1, 0, width),
    logDeviation: clip(sliceAxis(outputs, 1, width, width), LOG_DEVIATION.low, LOG_DEVIATION.high)
  }
}

/** An action drawn from the policy, in -1..1, with its log density; `noise` is standard normal. */
export const drawAction = (
  actor: TrainedNetwork,
  packed: Node,
  observations: Node,
  noise: Node,
  scale: number
): SquashedGaussian => {
  const { mean, logDeviation } = gaussian(actor, packed, observations)
  return squashedGaussian(mean, logDeviation, noise, scale)
}

/** The policy for a batch of `rows`: draws with `noise`, and answers its squashed mean where that is zero. */
export const actProgram = (
  { actor }: SacNetworks,
  { observationScaling, squashScale }: SacConfig,
  { role }: AgentContext,
  rows: number
): Program =>
  program({
    state: { actor: packedShape(actor.shapes) },
    inputs: { observations: [rows, role.observation.width], noise: [rows, role.action.width] },
    build: (state, { observations, noise }) => {
      const scaled = scaleObservations(observations, role.observation, observationScaling)
      const { actions } = drawAction(actor, state.actor, scaled, noise, squashScale)
      return { outputs: { actions: fromUnitBox(actions, asBox(role.action)) } }
    }
  })
