import { ShapeError } from "../errors.ts"
import { add, affine, concat, matmul, sliceAxis } from "../graph.ts"
import type { Node } from "../node.ts"
import { printShape, type Shape } from "../shape.ts"
import type { Activation } from "./activations.ts"

/** Named nodes: the parameters of a network, or their gradients. */
export type NamedNodes = Readonly<Record<string, Node>>

/** x W + b. `weight` `[inputs, outputs]`, `bias` `[outputs]`. */
export const linear = (x: Node, weight: Node, bias: Node): Node => affine(x, weight, bias)

/**
 * concat(parts) W + b. Where a part broadcasts along the batch (one row for all), each part meets its own block of rows of
 * W and such a row is multiplied once; else the parts are copied together, which costs less than a product for each.
 */
export const linearOfConcat = (parts: readonly Node[], weight: Node, bias: Node): Node => {
  const width = parts.reduce((sum, part) => sum + part.shape[1], 0)
  if (width !== weight.shape[0]) {
    throw new ShapeError(`linearOfConcat: parts of width ${width} do not fit a weight ${printShape(weight.shape)}`)
  }
  if (parts.every(({ shape }) => shape[0] === parts[0].shape[0])) return linear(concat(parts, 1), weight, bias)
  let start = 0
  return parts.reduce<Node>((sum, part) => {
    const block = sliceAxis(weight, 0, start, part.shape[1])
    start += part.shape[1]
    return part.shape[0] === 1 ? add(sum, matmul(part, block)) : affine(part, block, sum)
  }, bias)
}

/** Shapes of a multilayer perceptron: `<prefix>.<layer>.weight` `[in, out]` and `.bias` `[out]` for each pair of widths. */
export const mlpShapes = (prefix: string, widths: readonly number[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(
    widths.slice(1).flatMap((width, i) => [
      [`${prefix}.${i}.weight`, [widths[i], width]],
      [`${prefix}.${i}.bias`, [width]]
    ])
  )

/** Linear layers with `activation` between them, none after the last. */
export const mlp = (parameters: NamedNodes, prefix: string, x: Node, activation: Activation): Node => {
  let y = x
  for (let i = 0; `${prefix}.${i}.weight` in parameters; i++) {
    y = linear(i === 0 ? y : activation(y), parameters[`${prefix}.${i}.weight`], parameters[`${prefix}.${i}.bias`])
  }
  return y
}
