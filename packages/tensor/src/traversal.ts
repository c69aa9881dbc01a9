import type { Node } from "./node.ts"

/** Every node that `roots` depend on, inputs before users; the order depends on the graph alone. */
export const topologicalOrder = (roots: readonly Node[]): readonly Node[] => {
  const seen = new Set<Node>()
  const order: Node[] = []
  const path: Node[] = []
  const visited: number[] = [] // how many inputs of each node of the path have been
  const enter = (node: Node) => {
    if (seen.has(node)) return
    seen.add(node)
    path.push(node)
    visited.push(0)
  }
  for (const root of roots) {
    enter(root)
    while (path.length > 0) {
      const { inputs } = path[path.length - 1]
      const next = visited[visited.length - 1]++
      if (next < inputs.length) enter(inputs[next])
      else {
        order.push(path.pop() as Node)
        visited.pop()
      }
    }
  }
  return order
}

/** How often each node is used as an input, roots counted once more. */
export const countUses = (roots: readonly Node[]): ReadonlyMap<Node, number> => {
  const uses = new Map<Node, number>()
  const use = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1)
  for (const node of topologicalOrder(roots)) node.inputs.forEach(use)
  roots.forEach(use)
  return uses
}
