import { add, div, mul, sqrt, square, sub, tanh } from "../graph.ts"
import type { NamedNodes } from "../nn/linear.ts"
import type { Node } from "../node.ts"
import type { Shape } from "../shape.ts"

export interface AdamOptions {
  /** Decay of the first moment. */
  readonly b1?: number
  /** Decay of the second moment. */
  readonly b2?: number
  readonly epsilon?: number
  /** Decoupled weight decay (AdamW); 0 is Adam. */
  readonly weightDecay?: number
}

/** An update of named parameters: graph in, graph out. */
export interface OptimiserUpdate {
  readonly parameters: NamedNodes
  /** New state of the optimiser, under the names of its `stateShapes`. */
  readonly state: NamedNodes
}

/** Optimiser state for these parameters under `prefix`: two moments each, and one step counter. */
export const adamStateShapes = (
  prefix: string,
  shapes: Readonly<Record<string, Shape>>
): Readonly<Record<string, Shape>> => ({
  [`${prefix}.step`]: [],
  ...Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) => [
      [`${prefix}.m.${name}`, shape],
      [`${prefix}.v.${name}`, shape]
    ])
  )
})

/**
 * AdamW (Loshchilov and Hutter, 2019), in the arrangement of PyTorch: with t counting from 1,
 *
 * p <- p (1 - rate decay); m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2
 * p <- p - rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 *
 * `rate` is a scalar node, so that it can change from run to run. The step counter is a float32 scalar, exact to 2^24.
 */
export const adamW = (
  prefix: string,
  parameters: NamedNodes,
  gradients: NamedNodes,
  state: NamedNodes,
  rate: Node,
  { b1 = 0.9, b2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions = {}
): OptimiserUpdate => {
  const step = add(state[`${prefix}.step`], 1)
  const correction1 = oneMinusPower(b1, step)
  const correction2 = oneMinusPower(b2, step)
  // p - stepSize m / (sqrt(v) + scaledEpsilon), both corrections folded into two scalars: fewer passes over the tensors
  const rootCorrection2 = sqrt(correction2)
  const stepSize = div(mul(rate, rootCorrection2), correction1)
  const scaledEpsilon = mul(rootCorrection2, epsilon)
  const keep = sub(1, mul(rate, weightDecay))
  const newParameters: Record<string, Node> = {}
  const newState: Record<string, Node> = { [`${prefix}.step`]: step }
  for (const [name, parameter] of Object.entries(parameters)) {
    const gradient = gradients[name]
    const m = add(mul(state[`${prefix}.m.${name}`], b1), mul(gradient, 1 - b1))
    const v = add(mul(state[`${prefix}.v.${name}`], b2), mul(square(gradient), 1 - b2))
    const change = div(mul(m, stepSize), add(sqrt(v), scaledEpsilon))
    newParameters[name] = sub(weightDecay === 0 ? parameter : mul(parameter, keep), change)
    newState[`${prefix}.m.${name}`] = m
    newState[`${prefix}.v.${name}`] = v
  }
  return { parameters: newParameters, state: newState }
}

/**
 * 1 - base^t for a constant base just below 1, accurate in float32 also where base^t is near 1:
 * -expm1(t ln base) = -2 h / (1 - h) with h = tanh(t ln base / 2).
 */
const oneMinusPower = (base: number, t: Node): Node => {
  const h = tanh(mul(t, Math.log(base) / 2))
  return div(mul(h, -2), sub(1, h))
}
