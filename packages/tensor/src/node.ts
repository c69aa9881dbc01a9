import type { Shape } from "./shape.ts"

/** float32 for numbers, int32 for indices, bool for conditions. */
export type ElementType = "float32" | "int32" | "bool"

export interface TensorType {
  readonly elementType: ElementType
  readonly shape: Shape
}

/** What each op needs beside its inputs. The keys are the closed set of ops. */
export interface OpAttributes {
  readonly input: { readonly name: string; readonly type: TensorType }
  readonly constant: { readonly values: Float32Array | Int32Array; readonly shape: Shape }
  readonly add: NoAttributes
  readonly sub: NoAttributes
  readonly mul: NoAttributes
  readonly div: NoAttributes
  readonly minimum: NoAttributes
  readonly maximum: NoAttributes
  readonly neg: NoAttributes
  readonly exp: NoAttributes
  readonly log: NoAttributes
  readonly sqrt: NoAttributes
  readonly abs: NoAttributes
  readonly sign: NoAttributes
  readonly tanh: NoAttributes
  readonly sigmoid: NoAttributes
  readonly relu: NoAttributes
  readonly heaviside: NoAttributes
  readonly power: { readonly exponent: number }
  readonly clip: { readonly low: number; readonly high: number; readonly gradient: ClipGradient }
  readonly greater: NoAttributes
  readonly greaterEqual: NoAttributes
  readonly equal: NoAttributes
  readonly cast: { readonly to: "float32" }
  readonly select: NoAttributes
  readonly matmul: MatmulAttributes
  readonly affine: MatmulAttributes
  readonly sum: ReduceAttributes
  readonly mean: ReduceAttributes
  readonly max: ReduceAttributes
  readonly broadcast: { readonly shape: Shape }
  readonly reshape: { readonly shape: Shape }
  readonly transpose: { readonly permutation: readonly number[] }
  readonly concat: { readonly axis: number }
  readonly slice: { readonly starts: readonly number[]; readonly sizes: readonly number[] }
  readonly pad: { readonly before: readonly number[]; readonly after: readonly number[] }
  readonly gatherRows: NoAttributes
  readonly oneHot: { readonly depth: number }
  readonly stopGradient: NoAttributes
  readonly withDerivative: NoAttributes
  readonly after: NoAttributes
}

type NoAttributes = Readonly<Record<never, never>>

export interface MatmulAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

export interface ReduceAttributes {
  readonly axes: readonly number[]
  readonly keepDimensions: boolean
}

/** `zero`: the derivative. `inward`: also lets gradients through that lead back into the interval. */
export type ClipGradient = "zero" | "inward"

export type OpName = keyof OpAttributes

/** An immutable value of a tensor program. Nodes are made by the functions of `graph.ts` alone. */
export interface Node<K extends OpName = OpName> extends TensorType {
  /** Increases with every node made: inputs have smaller ids than their users. */
  readonly id: number
  readonly op: K
  readonly inputs: readonly Node[]
  readonly attributes: OpAttributes[K]
}

/** Narrows a node to one op. */
export const isOp = <K extends OpName>(node: Node, op: K): node is Node<K> => node.op === op
