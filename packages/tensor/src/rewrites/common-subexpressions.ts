import type { Node } from "../node.ts"
import { rebuild } from "./rebuild.ts"

/** Nodes of the same op, inputs and attributes become one. */
export const shareCommonSubexpressions = (roots: readonly Node[]): readonly Node[] => rebuild(roots, makeSharer())

/** Gives every node, or one of the same op, inputs and attributes that it was given before. */
export const makeSharer = (): ((node: Node) => Node) => {
  const known = new Map<string, Node>()
  return (node) => {
    const key = keyOf(node)
    const earlier = known.get(key)
    if (earlier !== undefined) return earlier
    known.set(key, node)
    return node
  }
}

const MAXIMUM_SHARED_VALUES = 64

const keyOf = (node: Node): string => {
  if (node.op === "constant") {
    const { values, shape } = (node as Node<"constant">).attributes
    if (values.length > MAXIMUM_SHARED_VALUES) return `constant #${node.id}`
    // Object.is semantics: 0 and -0 are different constants
    return `constant ${node.elementType} [${shape}] ${Array.from(values, (value) => (Object.is(value, -0) ? "-0" : value))}`
  }
  let key: string = node.op
  for (const { id } of node.inputs) key += ` ${id}`
  return `${key} ${printed(node.attributes)}`
}

/** Rebuilt nodes keep the attributes of the old. */
const known = new WeakMap<object, string>()
const printed = (attributes: object): string => {
  const text = known.get(attributes) ?? JSON.stringify(attributes)
  known.set(attributes, text)
  return text
}
