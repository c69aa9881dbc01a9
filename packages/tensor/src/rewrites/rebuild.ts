import { makeNode } from "../graph.ts"
import type { Node } from "../node.ts"
import { topologicalOrder } from "../traversal.ts"

/** Maps a graph bottom-up: `replace` sees each node with its inputs already replaced. */
export const rebuild = (roots: readonly Node[], replace: (node: Node, original: Node) => Node): readonly Node[] => {
  const replaced = new Map<Node, Node>()
  for (const node of topologicalOrder(roots)) {
    const inputs = node.inputs.map((input) => replaced.get(input) as Node)
    const isUnchanged = inputs.every((input, i) => input === node.inputs[i])
    replaced.set(node, replace(isUnchanged ? node : makeNode(node.op, inputs, node.attributes), node))
  }
  return roots.map((root) => replaced.get(root) as Node)
}
