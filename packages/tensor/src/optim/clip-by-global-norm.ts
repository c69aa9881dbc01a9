import { add, div, maximum, mul, scalar, sqrt, square, sum } from "../graph.ts"
import type { NamedNodes } from "../nn/linear.ts"
import type { Node } from "../node.ts"

/** sqrt of the sum of squares of all elements of all tensors. */
export const globalNorm = (gradients: NamedNodes): Node =>
  sqrt(Object.values(gradients).reduce<Node>((total, g) => add(total, sum(square(g))), scalar(0)))

/** g <- g limit / max(limit, norm): direction kept, length at most `limit` (Pascanu et al., 2013). */
export const clipByGlobalNorm = (gradients: NamedNodes, limit: number): NamedNodes => {
  const factor = div(limit, maximum(globalNorm(gradients), limit))
  return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, mul(g, factor)]))
}
