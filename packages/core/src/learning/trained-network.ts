import {
  type AdamOptions,
  adamStateShapes,
  adamW,
  clipByGlobalNorm,
  gradient,
  initialiseParameters,
  type NamedNodes,
  type Node,
  type PackedShapes,
  packedShape,
  packValues,
  polyakUpdate,
  type RandomSource,
  type Shape,
  stopGradient
} from "@twinpact/tensor"

/** A network as a learner keeps it: all its parameters in one state tensor of its name, trained by AdamW. */
export interface TrainedNetwork {
  readonly name: string
  /** What the tensor holds, in this order. */
  readonly shapes: PackedShapes
  /** Keeps an averaged copy `target.<name>`. */
  readonly hasTarget: boolean
}

const optimiserOf = (name: string): string => `adam.${name}`
const targetOf = (name: string): string => `target.${name}`

/** State tensors: the parameters, their moments and step counter, and the averaged copy. */
export const networkStateShapes = ({ name, shapes, hasTarget }: TrainedNetwork): Readonly<Record<string, Shape>> => {
  const packed = packedShape(shapes)
  return {
    [name]: packed,
    ...(hasTarget ? { [targetOf(name)]: packed } : {}),
    ...adamStateShapes(optimiserOf(name), { [name]: packed })
  }
}

/** First values of the state: drawn parameters, the same in the copy, everything else zero. */
export const initialNetworkState = (network: TrainedNetwork, random: RandomSource): Record<string, Float32Array> => {
  const { name, shapes, hasTarget } = network
  const values: Record<string, Float32Array> = {}
  for (const [key, shape] of Object.entries(networkStateShapes(network))) {
    values[key] = new Float32Array(shape.length === 0 ? 1 : shape[0])
  }
  values[name] = packValues(shapes, initialiseParameters(shapes, random))
  if (hasTarget) values[targetOf(name)] = values[name].slice()
  return values
}

export interface DescendOptions extends AdamOptions {
  /** Limit of the gradient's norm; none if left out. */
  readonly maximumNorm?: number
}

/**
 * One AdamW step of a network on a loss: all state tensors that change, and the new parameters as constants, so that a
 * later loss through them does not differentiate the step itself.
 */
export const descend = (
  { name }: TrainedNetwork,
  loss: Node,
  state: NamedNodes,
  learningRate: Node,
  { maximumNorm, ...adam }: DescendOptions = {}
): { readonly parameters: Node; readonly gradient: Node; readonly state: NamedNodes } => {
  const [slope] = gradient(loss, [state[name]])
  const gradients = maximumNorm === undefined ? { [name]: slope } : clipByGlobalNorm({ [name]: slope }, maximumNorm)
  const step = adamW(optimiserOf(name), { [name]: state[name] }, gradients, state, learningRate, adam)
  return {
    parameters: stopGradient(step.parameters[name]),
    gradient: slope,
    state: { ...step.parameters, ...step.state }
  }
}

/** The averaged copies after a step (Polyak averaging): target <- target + tau (online - target); none without targets. */
export const averageTargets = (
  networks: readonly TrainedNetwork[],
  state: NamedNodes,
  online: NamedNodes,
  tau: number
): NamedNodes => {
  const averaged = networks.filter(({ hasTarget }) => hasTarget).map(({ name }) => name)
  const targets = Object.fromEntries(averaged.map((name) => [name, state[targetOf(name)]]))
  return Object.fromEntries(
    Object.entries(polyakUpdate(targets, online, tau)).map(([name, node]) => [targetOf(name), node])
  )
}
