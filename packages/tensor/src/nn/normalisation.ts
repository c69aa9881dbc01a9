import { add, div, mean, mul, sqrt, square, sub } from "../graph.ts"
import type { Node } from "../node.ts"

/** (x - mean) / sqrt(variance + epsilon) * gain + offset over the last axis (Ba et al., 2016). */
export const layerNorm = (x: Node, gain: Node, offset: Node, epsilon = 1e-5): Node => {
  const axis = [x.shape.length - 1]
  const centred = sub(x, mean(x, axis, true))
  const deviation = sqrt(add(mean(square(centred), axis, true), epsilon))
  return add(mul(div(centred, deviation), gain), offset)
}
