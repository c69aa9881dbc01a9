import type { Node } from "./node.ts"
import { printShape } from "./shape.ts"
import { topologicalOrder } from "./traversal.ts"

/**
 * A stable text form, one node a line, numbered in topological order:
 *
 * ```
 * %0 = input "x" : float32 [2, 3]
 * %1 = relu %0 : float32 [2, 3]
 * return %1
 * ```
 */
export const print = (roots: readonly Node[]): string => {
  const order = topologicalOrder(roots)
  const names = new Map(order.map((node, i) => [node, `%${i}`]))
  const lines = order.map((node) => {
    const operands = [...node.inputs.map((input) => names.get(input)), ...printAttributes(node)]
    return `${names.get(node)} = ${[node.op, ...operands].join(" ")} : ${node.elementType} ${printShape(node.shape)}`
  })
  return [...lines, `return ${roots.map((root) => names.get(root)).join(" ")}`].join("\n")
}

const MAXIMUM_VALUES = 4

const printAttributes = (node: Node): readonly string[] => {
  if (node.op === "input") return [JSON.stringify((node as Node<"input">).attributes.name)]
  if (node.op === "constant") {
    const { values } = (node as Node<"constant">).attributes
    const shown = [...values.subarray(0, MAXIMUM_VALUES)].join(", ")
    return [`{${shown}${values.length > MAXIMUM_VALUES ? ", ..." : ""}}`]
  }
  return Object.entries(node.attributes)
    .filter(([, value]) => value !== false)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
}
