import onnxProto from "onnx-proto"
import type { ElementType, Node } from "../../node.ts"
import type { OnnxAttribute, OnnxEmitter } from "../../ops/rule.ts"
import { ruleOf } from "../../ops/table.ts"
import type { Shape } from "../../shape.ts"
import { topologicalOrder } from "../../traversal.ts"
import { findSplits, type Split } from "./splits.ts"

const { onnx } = onnxProto

/** Opset 18 with the IR that introduced it: reductions take their axes as an input. */
const OPSET = 18
const IR_VERSION = 8

const FLOAT = onnx.TensorProto.DataType.FLOAT
const INT32 = onnx.TensorProto.DataType.INT32
const INT64 = onnx.TensorProto.DataType.INT64
const BOOL = onnx.TensorProto.DataType.BOOL
const ELEMENT_TYPES: Readonly<Record<ElementType, number>> = { float32: FLOAT, int32: INT32, bool: BOOL }

const LITTLE_ENDIAN_BYTES = (values: Float32Array | Int32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** Collects ONNX nodes and initialisers; equal constants are stored once. */
class ModelBuilder implements OnnxEmitter {
  readonly nodes: InstanceType<typeof onnx.NodeProto>[] = []
  readonly initializers: InstanceType<typeof onnx.TensorProto>[] = []
  private readonly constants = new Map<string, string>()
  private next = 0

  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.nodeWithOutputs(opType, inputs, attributes, 1)[0]
  }

  split(x: string, { axis, sizes }: Split): readonly string[] {
    return this.nodeWithOutputs("Split", [x, this.integers(sizes)], { axis: { int: axis } }, sizes.length)
  }

  private nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    count: number
  ): readonly string[] {
    const output = Array.from({ length: count }, () => `t${this.next++}`)
    this.nodes.push(
      onnx.NodeProto.create({
        opType,
        input: [...inputs],
        output,
        attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value))
      })
    )
    return output
  }

  floats(values: Float32Array | readonly number[], shape: Shape): string {
    return this.initializer(FLOAT, Float32Array.from(values), shape)
  }

  integers(values: readonly number[]): string {
    return this.initializer(INT64, BigInt64Array.from(values, BigInt), [values.length])
  }

  indices(values: Int32Array | readonly number[], shape: Shape): string {
    return this.initializer(INT32, Int32Array.from(values), shape)
  }

  private initializer(dataType: number, values: Float32Array | Int32Array | BigInt64Array, dims: Shape): string {
    const bytes = LITTLE_ENDIAN_BYTES(values)
    const key = bytes.length <= 1024 ? `${dataType} [${dims}] ${Buffer.from(bytes).toString("base64")}` : null
    const known = key === null ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const name = `c${this.next++}`
    this.initializers.push(onnx.TensorProto.create({ name, dataType, dims: [...dims], rawData: bytes }))
    if (key !== null) this.constants.set(key, name)
    return name
  }
}

const toAttribute = (name: string, value: OnnxAttribute) => {
  const { AttributeType } = onnx.AttributeProto
  if ("int" in value) return onnx.AttributeProto.create({ name, type: AttributeType.INT, i: value.int })
  if ("float" in value) return onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: value.float })
  return onnx.AttributeProto.create({ name, type: AttributeType.INTS, ints: [...value.ints] })
}

const valueInfo = (name: string, elementType: ElementType, shape: Shape) =>
  onnx.ValueInfoProto.create({
    name,
    type: {
      tensorType: { elemType: ELEMENT_TYPES[elementType], shape: { dim: shape.map((dimValue) => ({ dimValue })) } }
    }
  })

const sequenceInfo = (name: string) =>
  onnx.ValueInfoProto.create({
    name,
    type: { sequenceType: { elemType: { tensorType: { elemType: FLOAT } } } }
  })

export interface OnnxModelOptions {
  /** Free-form key-value pairs of the file. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly graphName?: string
  /** Name of a first output that holds an empty sequence instead of a tensor. */
  readonly sequenceOutput?: string
}

/** The bytes of an ONNX model with these named results; its inputs are the `input` nodes that they reach. */
export const buildOnnxModel = (results: Readonly<Record<string, Node>>, options: OnnxModelOptions = {}): Uint8Array => {
  const builder = new ModelBuilder()
  const names = new Map<Node, string>()
  const inputs: Node<"input">[] = []
  const order = topologicalOrder(Object.values(results))
  const splits = findSplits(order)
  for (const node of order) {
    if (names.has(node)) continue
    if (node.op === "input") inputs.push(node as Node<"input">)
    const split = splits.get(node)
    if (split !== undefined) {
      const parts = builder.split(names.get(split.source) as string, split)
      for (const [slice, block] of split.blocks) names.set(slice, parts[block])
      continue
    }
    names.set(
      node,
      ruleOf(node.op).onnx(
        builder,
        node,
        node.inputs.map((input) => names.get(input) as string)
      )
    )
  }
  nameResults(builder, results, names)
  const { sequenceOutput } = options
  if (sequenceOutput !== undefined) {
    builder.nodes.push(onnx.NodeProto.create({ opType: "SequenceEmpty", output: [sequenceOutput] }))
  }
  const { graphName = "program", metadata = {} } = options
  const model = onnx.ModelProto.create({
    irVersion: IR_VERSION,
    producerName: "twinpact",
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graphName,
      node: builder.nodes,
      initializer: builder.initializers,
      input: inputs.map(({ attributes: { name, type } }) => valueInfo(name, type.elementType, type.shape)),
      output: [
        ...(sequenceOutput === undefined ? [] : [sequenceInfo(sequenceOutput)]),
        ...Object.entries(results).map(([name, { elementType, shape }]) => valueInfo(name, elementType, shape))
      ]
    }
  })
  return onnx.ModelProto.encode(model).finish()
}

/** Lets nodes write results under their own names; a copy is made only of what already has another name. */
const nameResults = (
  builder: ModelBuilder,
  results: Readonly<Record<string, Node>>,
  names: ReadonlyMap<Node, string>
): void => {
  const produced = new Set(builder.nodes.flatMap((node) => node.output ?? []))
  const renamed = new Map<string, string>()
  const copies: (readonly [from: string, to: string])[] = []
  for (const [name, node] of Object.entries(results)) {
    const tensor = names.get(node) as string
    if (produced.has(tensor) && !renamed.has(tensor)) renamed.set(tensor, name)
    else copies.push([tensor, name])
  }
  const rename = (tensor: string) => renamed.get(tensor) ?? tensor
  for (const node of builder.nodes) {
    node.input = (node.input ?? []).map(rename)
    node.output = (node.output ?? []).map(rename)
  }
  for (const [from, to] of copies) {
    builder.nodes.push(onnx.NodeProto.create({ opType: "Identity", input: [rename(from)], output: [to] }))
  }
}
