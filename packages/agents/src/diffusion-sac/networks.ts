import { type AgentContext, asBox } from "@twinpact/core"
import { fromUnitBox, scaleObservations, type TrainedNetwork } from "@twinpact/core/learning"
import {
  type Activation,
  type DenoiserWidths,
  denoiserShapes,
  denoiserWidths,
  linear,
  linearOfConcat,
  makeDenoiser,
  makeSchedule,
  mish,
  mlp,
  mlpShapes,
  type NamedNodes,
  type Node,
  type Program,
  packedShape,
  program,
  relu,
  reverseChain,
  type Shape,
  silu,
  unpack
} from "@twinpact/tensor"
import { pathBoundChain } from "./path-bound.ts"
import type { DiffusionActorCriticConfig } from "./variant.ts"

/** A state encoder shared by all heads, then one head per critic on [state features, action]. */
interface CriticWidths {
  readonly stateHidden: number
  readonly stateFeatures: number
  /** The two hidden layers of every head. */
  readonly heads: readonly (readonly [number, number])[]
}

/** The widths of all layers; they shrink where a network is pruned. */
export interface DiffusionWidths {
  readonly actor: DenoiserWidths
  readonly critic: CriticWidths
}

export const initialWidths = (
  { width, criticWidth = width, critics }: DiffusionActorCriticConfig,
  { role: { observation, action } }: AgentContext
): DiffusionWidths => ({
  actor: denoiserWidths(observation.width, action.width, width),
  critic: {
    stateHidden: criticWidth,
    stateFeatures: criticWidth,
    heads: Array.from({ length: critics }, () => [criticWidth, criticWidth] as const)
  }
})

export interface DiffusionNetworks {
  readonly actor: TrainedNetwork
  readonly critic: TrainedNetwork
}

/** Actor and critics in the layout of GDMOPT, at these widths. */
export const diffusionNetworks = (
  { actor, critic }: DiffusionWidths,
  { role: { observation, action }, maximumEpisodeSteps }: AgentContext
): DiffusionNetworks => {
  const hasTarget = maximumEpisodeSteps !== 1
  const criticShapes: Record<string, Shape> = {
    ...mlpShapes("state", [observation.width, critic.stateHidden, critic.stateFeatures])
  }
  critic.heads.forEach((hidden, head) => {
    Object.assign(criticShapes, mlpShapes(`q${head + 1}`, [critic.stateFeatures + action.width, ...hidden, 1]))
  })
  return {
    actor: { name: "actor", shapes: denoiserShapes("actor", actor), hasTarget },
    critic: { name: "critic", shapes: criticShapes, hasTarget }
  }
}

/** Q_1(e, a) .. `[batch, 1]`. */
export const criticValues = (
  { shapes }: TrainedNetwork,
  packed: Node,
  observations: Node,
  actions: Node
): readonly Node[] => {
  const parameters = unpack(packed, shapes)
  const features = mlp(parameters, "state", observations, relu)
  const values: Node[] = []
  for (let head = 1; `q${head}.0.weight` in parameters; head++) {
    values.push(criticHead(parameters, `q${head}`, features, actions))
  }
  return values
}

const criticHead = (parameters: NamedNodes, head: string, features: Node, actions: Node): Node => {
  const weight = (layer: number) => parameters[`${head}.${layer}.weight`]
  const bias = (layer: number) => parameters[`${head}.${layer}.bias`]
  const first = relu(linearOfConcat([features, actions], weight(0), bias(0)))
  return linear(relu(linear(first, weight(1), bias(1))), weight(2), bias(2))
}

const ACTIVATIONS: Readonly<Record<"mish" | "silu" | "relu", Activation>> = { mish, silu, relu }

export interface ChainResult {
  /** In -1..1 `[batch, action width]`. */
  readonly actions: Node
  /** A bound of log pi `[batch, 1]` (entropy: path-bound); null where the chain has none. */
  readonly logDensityBound: Node | null
}

/** Rows of noise that one chain takes: `[rows, batch, action width]`. */
export const noiseRows = ({ denoisingSteps, entropy }: DiffusionActorCriticConfig): number =>
  entropy === "path-bound" ? denoisingSteps + 1 : denoisingSteps

/** Runs the chain of a policy; everything that depends on the observation alone is computed once. */
export const runChain = (
  { shapes }: TrainedNetwork,
  packed: Node,
  observations: Node,
  noise: Node,
  config: DiffusionActorCriticConfig,
  observe?: (layer: string, activations: Node) => void
): ChainResult => {
  const { denoisingSteps, betaSchedule, variance, clipGradient, entropy, activation } = config
  const schedule = makeSchedule(betaSchedule, denoisingSteps)
  const parameters = unpack(packed, shapes)
  const denoiser = makeDenoiser(parameters, "actor", observations, denoisingSteps, ACTIVATIONS[activation], observe)
  return entropy === "path-bound"
    ? pathBoundChain(denoiser, noise, schedule)
    : { actions: reverseChain(denoiser, noise, { schedule, variance, clipGradient }), logDensityBound: null }
}

/** The policy for a batch of `rows`: `observations` and `noise` in, `actions` of the role out. */
export const actProgram = (
  { actor }: DiffusionNetworks,
  config: DiffusionActorCriticConfig,
  { role }: AgentContext,
  rows: number
): Program =>
  program({
    state: { actor: packedShape(actor.shapes) },
    inputs: {
      observations: [rows, role.observation.width],
      noise: [noiseRows(config), rows, role.action.width]
    },
    build: (state, { observations, noise }) => {
      const scaled = scaleObservations(observations, role.observation, config.observationScaling)
      const { actions } = runChain(actor, state.actor, scaled, noise, config)
      return { outputs: { actions: fromUnitBox(actions, asBox(role.action)) } }
    }
  })
