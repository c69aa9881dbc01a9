import { mul, sub } from "../graph.ts"
import type { NamedNodes } from "../nn/linear.ts"
import type { Node } from "../node.ts"

/** p <- p - rate g. */
export const sgd = (parameters: NamedNodes, gradients: NamedNodes, rate: Node): NamedNodes =>
  Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, sub(p, mul(gradients[name], rate))]))
