import { GraphError } from "./errors.ts"
import type { Node } from "./node.ts"
import { ruleOf } from "./ops/table.ts"
import { isSameShape, printShape } from "./shape.ts"
import { topologicalOrder } from "./traversal.ts"

/**
 * Checks that every node still has the type that its op infers, and that inputs of one name have one type.
 *
 * @throws GraphError naming the node. Runs after building and after all rewrites.
 */
export const verify = (roots: readonly Node[]): void => {
  const inputs = new Map<string, Node>()
  for (const node of topologicalOrder(roots)) {
    const { elementType, shape } = ruleOf(node.op).infer(node.inputs, node.attributes)
    if (elementType !== node.elementType || !isSameShape(shape, node.shape)) {
      throw new GraphError(
        `internal: ${node.op} says ${node.elementType} ${printShape(node.shape)}, its inputs give ${elementType} ${printShape(shape)}`
      )
    }
    if (node.op !== "input") continue
    const { name } = (node as Node<"input">).attributes
    const earlier = inputs.get(name)
    if (earlier !== undefined && earlier !== node) throw new GraphError(`two inputs are named "${name}"`)
    inputs.set(name, node)
  }
}
