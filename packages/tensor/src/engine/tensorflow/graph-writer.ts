import type { ElementType, Node } from "../../node.ts"
import type { TensorflowAttribute, TensorflowEmitter } from "../../ops/rule.ts"
import { ruleOf } from "../../ops/table.ts"
import type { Shape } from "../../shape.ts"
import { topologicalOrder } from "../../traversal.ts"
import type { AttrValue, NodeDef, TensorShapeProto } from "./messages.ts"

/** Numbers of TensorFlow's element types. */
export const DATA_TYPES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 3, bool: 10 }

export const shapeProto = (shape: Shape): TensorShapeProto => ({ dim: shape.map((size) => ({ size })) })

export interface ScopeOptions {
  /** Prefix of the names of all nodes. */
  readonly prefix: string
  /** The device that nodes are tied to; "" leaves the choice to TensorFlow. */
  readonly device: string
  /** Whether the nodes are the body of a function: there a reference names the result of an operation too. */
  readonly isFunction: boolean
}

/** Collects nodes of one scope: a part of the graph, or the body of a function. Equal constants are stored once. */
export class GraphWriter implements TensorflowEmitter {
  readonly nodes: NodeDef[] = []
  private readonly options: ScopeOptions
  private readonly inputs: ReadonlyMap<string, string>
  private readonly constants = new Map<string, string>()

  /** @param inputs references of the tensors that programs read under a name */
  constructor(options: ScopeOptions, inputs: ReadonlyMap<string, string>) {
    this.options = options
    this.inputs = inputs
  }

  input(name: string): string {
    return this.inputs.get(name) as string
  }

  node(
    operation: `${string}:${string}`,
    inputs: readonly string[],
    attributes: Readonly<Record<string, TensorflowAttribute>>
  ): string {
    const attr = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttrValue(value)]))
    return this.push(operation, inputs, attr)
  }

  floats(values: Float32Array | readonly number[], shape: Shape): string {
    return this.constant("float32", Float32Array.from(values), shape)
  }

  integers(values: Int32Array | readonly number[], shape: Shape = [values.length]): string {
    return this.constant("int32", Int32Array.from(values), shape)
  }

  private constant(elementType: ElementType, values: Float32Array | Int32Array, shape: Shape): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    const key = bytes.length <= 1024 ? `${elementType} [${shape}] ${Buffer.from(bytes).toString("base64")}` : null
    const known = key === null ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const dtype = DATA_TYPES[elementType]
    const tensor = { dtype, tensorShape: shapeProto(shape), tensorContent: bytes }
    const reference = this.push("Const:output", [], { dtype: { type: dtype }, value: { tensor } })
    if (key !== null) this.constants.set(key, reference)
    return reference
  }

  private push(operation: string, input: readonly string[], attr: Readonly<Record<string, AttrValue>>): string {
    const { prefix, device, isFunction } = this.options
    const [op, result] = operation.split(":")
    const name = `${prefix}${this.nodes.length}`
    this.nodes.push({ name, op, input, device, attr })
    return isFunction ? `${name}:${result}:0` : name
  }
}

const toAttrValue = (value: TensorflowAttribute): AttrValue => {
  if ("type" in value) return { type: DATA_TYPES[value.type] }
  return "int" in value ? { i: value.int } : { b: value.flag }
}

/** Writes everything that `roots` need; returns their references. */
export const writeGraph = (roots: readonly Node[], writer: GraphWriter): readonly string[] => {
  const references = new Map<Node, string>()
  for (const node of topologicalOrder(roots)) {
    const inputs = node.inputs.map((input) => references.get(input) as string)
    references.set(node, ruleOf(node.op).tensorflow(writer, node, inputs))
  }
  return roots.map((root) => references.get(root) as string)
}
