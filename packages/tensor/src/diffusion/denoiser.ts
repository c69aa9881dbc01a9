import { add, affine, concat, constant, matmul, sliceAxis } from "../graph.ts"
import type { Activation } from "../nn/activations.ts"
import { sinusoidalEmbedding } from "../nn/embedding.ts"
import { linear, mlp, mlpShapes, type NamedNodes } from "../nn/linear.ts"
import type { Node } from "../node.ts"
import type { Shape } from "../shape.ts"
import type { Denoiser } from "./reverse-chain.ts"

/**
 * The denoising network of a diffusion policy (the layout of GDMOPT's actor): a state encoder, an encoder of the step
 * index, and a trunk on concat[x_k, step, state].
 */
export interface DenoiserWidths {
  readonly state: number
  readonly action: number
  /** State encoder: hidden and output width. */
  readonly stateHidden: number
  readonly stateFeatures: number
  /** Sinusoidal embedding of the step, its hidden layer and its output. */
  readonly stepEmbedding: number
  readonly stepHidden: number
  /** The two hidden layers of the trunk. */
  readonly trunk: readonly [number, number]
}

/** The published sizes for one hidden width. */
export const denoiserWidths = (state: number, action: number, width: number): DenoiserWidths => ({
  state,
  action,
  stateHidden: width,
  stateFeatures: width,
  stepEmbedding: 16,
  stepHidden: 32,
  trunk: [width, width]
})

/** Parameters by name; weights are `[in, out]`. */
export const denoiserShapes = (prefix: string, w: DenoiserWidths): Readonly<Record<string, Shape>> => ({
  ...mlpShapes(`${prefix}.state`, [w.state, w.stateHidden, w.stateFeatures]),
  ...mlpShapes(`${prefix}.step`, [w.stepEmbedding, w.stepHidden, w.stepEmbedding]),
  ...mlpShapes(`${prefix}.trunk`, [w.action + w.stepEmbedding + w.stateFeatures, ...w.trunk, w.action])
})

/**
 * A denoiser for one batch of states `[batch, state]`, with everything that no x_k changes computed once per chain: the
 * state features and their product with the first layer, and the rows of all T steps as one batch.
 *
 * The first layer's three blocks then meet as [x_k, e_k] [W_x; rows] + base, where e_k is the unit vector of step k: the
 * step's row is picked inside the product, forward and backward.
 *
 * @param observe is shown the outputs of every hidden layer, the trunk's once for every step that is taken.
 */
export const makeDenoiser = (
  parameters: NamedNodes,
  prefix: string,
  states: Node,
  denoisingSteps: number,
  activation: Activation,
  observe: (layer: string, activations: Node) => void = () => {}
): Denoiser => {
  const [weight, bias] = [parameters[`${prefix}.trunk.0.weight`], parameters[`${prefix}.trunk.0.bias`]]
  const activate = (layer: string, x: Node): Node => {
    const y = activation(x)
    observe(`${prefix}.${layer}`, y)
    return y
  }
  const embedded = sinusoidalEmbedding(
    Array.from({ length: denoisingSteps }, (_, i) => i),
    parameters[`${prefix}.step.0.weight`].shape[0]
  )
  const steps = mlp(
    parameters,
    `${prefix}.step`,
    constant(embedded, [denoisingSteps, parameters[`${prefix}.step.0.weight`].shape[0]]),
    activation
  )
  const features = mlp(parameters, `${prefix}.state`, states, (x) => activate("state.0", x))
  observe(`${prefix}.state.1`, features)
  const [stepWidth, stateWidth] = [steps.shape[1], features.shape[1]]
  const actionWidth = weight.shape[0] - stepWidth - stateWidth
  const rowsOfWeight = (start: number, size: number) => sliceAxis(weight, 0, start, size)
  const base = affine(features, rowsOfWeight(actionWidth + stepWidth, stateWidth), bias)
  const rows = matmul(steps, rowsOfWeight(actionWidth, stepWidth))
  const block = concat([rowsOfWeight(0, actionWidth), rows], 0)
  return (xk, k) => {
    const batch = xk.shape[0]
    const unit = new Float32Array(batch * denoisingSteps)
    for (let i = 0; i < batch; i++) unit[i * denoisingSteps + k - 1] = 1
    const inputs = concat([xk, constant(unit, [batch, denoisingSteps])], 1)
    const hidden = activate("trunk.0", affine(inputs, block, base))
    const second = activate(
      "trunk.1",
      linear(hidden, parameters[`${prefix}.trunk.1.weight`], parameters[`${prefix}.trunk.1.bias`])
    )
    return linear(second, parameters[`${prefix}.trunk.2.weight`], parameters[`${prefix}.trunk.2.bias`])
  }
}

/** One row per state and step, without sharing anything: the plain form that the chain's agrees with to 1e-6. */
export const denoisePlainly = (
  parameters: NamedNodes,
  prefix: string,
  states: Node,
  xk: Node,
  k: number,
  activation: Activation
): Node => {
  const width = parameters[`${prefix}.step.0.weight`].shape[0]
  const step = mlp(parameters, `${prefix}.step`, constant(sinusoidalEmbedding([k - 1], width), [1, width]), activation)
  const features = mlp(parameters, `${prefix}.state`, states, activation)
  const rows = add(constant(new Float32Array(xk.shape[0] * width), [xk.shape[0], width]), step)
  return mlp(parameters, `${prefix}.trunk`, concat([xk, rows, features], 1), activation)
}
