import { GraphError, ShapeError } from "./errors.ts"
import { add, constant, full, sumTo } from "./graph.ts"
import type { Node } from "./node.ts"
import { ruleOf } from "./ops/table.ts"
import { printShape } from "./shape.ts"
import { topologicalOrder } from "./traversal.ts"

/**
 * d loss / d x for every x of `parameters`, as graph: forward and backward compile together.
 *
 * Reverse mode, one vector-Jacobian product per node. All cotangents of a node are summed before its own rule sees them
 * (the clip rule `inward` is not linear), and broadcasting is undone here and nowhere else. The loss is a scalar that
 * will be minimised.
 *
 * @throws ShapeError if the loss is not a scalar. A parameter that the loss does not depend on has gradient zero.
 */
export const gradient = (loss: Node, parameters: readonly Node[]): readonly Node[] => {
  if (loss.shape.length !== 0) throw new ShapeError(`gradient: expected a scalar loss, found ${printShape(loss.shape)}`)
  const order = topologicalOrder([loss])
  const wanted = dependentsOf(order, new Set(parameters))
  const cotangents = new Map<Node, Node>([[loss, constant([1], [])]])
  for (const node of order.toReversed()) {
    const cotangent = cotangents.get(node)
    if (cotangent === undefined || !wanted.has(node)) continue
    const contributions = ruleOf(node.op).vjp(node, cotangent)
    if (contributions.length !== node.inputs.length) {
      throw new GraphError(
        `internal: vjp of ${node.op} gave ${contributions.length} cotangents for ${node.inputs.length} inputs`
      )
    }
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i]
      if (contribution === null || !wanted.has(input)) return
      const part = sumTo(contribution, input.shape)
      const known = cotangents.get(input)
      cotangents.set(input, known === undefined ? part : add(known, part))
    })
  }
  return parameters.map((parameter) => cotangents.get(parameter) ?? full(parameter.shape, 0))
}

/** The nodes through which a parameter reaches the loss, the parameters included. */
const dependentsOf = (order: readonly Node[], parameters: ReadonlySet<Node>): ReadonlySet<Node> => {
  const wanted = new Set<Node>()
  for (const node of order) if (parameters.has(node) || node.inputs.some((input) => wanted.has(input))) wanted.add(node)
  return wanted
}
