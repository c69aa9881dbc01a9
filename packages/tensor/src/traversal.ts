import type { Node } from "./node.ts"

/** Every node that `roots` depend on, inputs before users; the order depends on the graph alone. */
export const topologicalOrder = (roots: readonly Node[]): readonly Node[] => {
  const seen = new Set<Node>()
  const order: Node[] = []
  const stack: { readonly node: Node; next: number }[] = []
  for (const root of roots) {
    if (seen.has(root)) continue
    seen.add(root)
    stack.push({ node: root, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]
      if (top.next === top.node.inputs.length) {
        order.push(top.node)
        stack.pop()
        continue
      }
      const child = top.node.inputs[top.next++]
      if (seen.has(child)) continue
      seen.add(child)
      stack.push({ node: child, next: 0 })
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
