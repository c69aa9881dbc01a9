import type { ElementType, Node, OpAttributes, OpName, TensorType } from "../node.ts"

/** Writes ONNX nodes; every call returns the name of the tensor that it made. */
export interface OnnxEmitter {
  node(opType: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string
  floats(values: Float32Array | readonly number[], shape: readonly number[]): string
  /** A vector of int64: what ONNX wants for shapes and axes. */
  integers(values: readonly number[]): string
  /** An int32 tensor of indices. */
  indices(values: Int32Array | readonly number[], shape: readonly number[]): string
}

export type OnnxAttribute = { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] }

/** Writes TensorFlow nodes; every call returns a reference to the tensor that it made. */
export interface TensorflowEmitter {
  /** The tensor that is read or fed under this name. */
  input(name: string): string
  /** `operation` with the name of its result, as TensorFlow's registry spells them: `MatMul:product`. */
  node(
    operation: `${string}:${string}`,
    inputs: readonly string[],
    attributes: Readonly<Record<string, TensorflowAttribute>>
  ): string
  floats(values: Float32Array | readonly number[], shape: readonly number[]): string
  /** An int32 tensor: what TensorFlow wants for shapes, axes and indices; a vector if no shape is given. */
  integers(values: Int32Array | readonly number[], shape?: readonly number[]): string
}

export type TensorflowAttribute = { readonly type: ElementType } | { readonly int: number } | { readonly flag: boolean }

/** Everything the compiler knows about one op. */
export interface Rule<K extends OpName> {
  /** Element type and shape of the result; throws ShapeError where the operands do not fit. */
  readonly infer: (inputs: readonly TensorType[], attributes: OpAttributes[K]) => TensorType
  /**
   * Cotangents of the inputs from that of the result, as graph; null where nothing flows back. They may keep the
   * result's broadcast shape: `gradient` undoes broadcasting in one place.
   */
  readonly vjp: (node: Node<K>, cotangent: Node) => readonly (Node | null)[]
  readonly onnx: (emitter: OnnxEmitter, node: Node<K>, inputs: readonly string[]) => string
  readonly tensorflow: (emitter: TensorflowEmitter, node: Node<K>, inputs: readonly string[]) => string
}

/** The rules of some ops. */
export type Rules<K extends OpName> = { readonly [Op in K]: Rule<Op> }
