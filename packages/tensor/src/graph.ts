import { ShapeError } from "./errors.ts"
import type { ClipGradient, ElementType, Node, OpAttributes, OpName } from "./node.ts"
import { ruleOf } from "./ops/table.ts"
import { isSameShape, normaliseAxes, printShape, reduceShape, type Shape, sizeOf } from "./shape.ts"

/** A node, or a number that becomes a scalar constant. */
export type Operand = Node | number

let nextId = 0

/** Makes a node: the only place where one comes into being. */
export const makeNode = <K extends OpName>(op: K, inputs: readonly Node[], attributes: OpAttributes[K]): Node<K> => {
  const { elementType, shape } = ruleOf(op).infer(inputs, attributes)
  return { id: nextId++, op, inputs, attributes, elementType, shape }
}

const NONE = {}

const toNode = (operand: Operand): Node => (typeof operand === "number" ? scalar(operand) : operand)

/** A named tensor that is given at every run. */
export const input = (name: string, shape: Shape, elementType: ElementType = "float32"): Node<"input"> =>
  makeNode("input", [], { name, type: { elementType, shape } })

/** A tensor fixed at compile time; Int32Array makes an index tensor. */
export const constant = (values: Float32Array | Int32Array | readonly number[], shape: Shape): Node<"constant"> => {
  const array = values instanceof Float32Array || values instanceof Int32Array ? values : Float32Array.from(values)
  if (array.length !== sizeOf(shape)) {
    throw new ShapeError(`constant: expected ${sizeOf(shape)} values for ${printShape(shape)}, found ${array.length}`)
  }
  return makeNode("constant", [], { values: array, shape })
}

export const scalar = (value: number): Node<"constant"> => constant([value], [])

/** All elements `value`. */
export const full = (shape: Shape, value: number): Node => broadcast(scalar(value), shape)

type Binary = (a: Operand, b: Operand) => Node
type Unary = (x: Node) => Node

const binary =
  (op: "add" | "sub" | "mul" | "div" | "minimum" | "maximum" | "greater" | "greaterEqual" | "equal"): Binary =>
  (a, b) =>
    makeNode(op, [toNode(a), toNode(b)], NONE)

const unary =
  (
    op: "neg" | "exp" | "log" | "sqrt" | "abs" | "sign" | "tanh" | "sigmoid" | "relu" | "heaviside" | "stopGradient"
  ): Unary =>
  (x) =>
    makeNode(op, [x], NONE)

export const add = binary("add")
export const sub = binary("sub")
export const mul = binary("mul")
export const div = binary("div")
/** Elementwise smaller value; at equality each side gets half of the cotangent (as in PyTorch). */
export const minimum = binary("minimum")
export const maximum = binary("maximum")
export const greater = binary("greater")
export const greaterEqual = binary("greaterEqual")
export const equal = binary("equal")

export const neg = unary("neg")
export const exp = unary("exp")
/** Natural logarithm. */
export const log = unary("log")
export const sqrt = unary("sqrt")
export const abs = unary("abs")
/** -1, 0 or 1; no gradient. */
export const sign = unary("sign")
export const tanh = unary("tanh")
export const sigmoid = unary("sigmoid")
export const relu = unary("relu")
/** 1 where x > 0, else 0; no gradient. Exact for all normal numbers. */
export const heaviside = unary("heaviside")
/** The value, seen as a constant by `gradient`. */
export const stopGradient = unary("stopGradient")

/** x^exponent for a constant exponent. */
export const power = (x: Node, exponent: number): Node => makeNode("power", [x], { exponent })

export const square = (x: Node): Node => power(x, 2)

export const reciprocal = (x: Node): Node => power(x, -1)

/**
 * min(max(x, low), high).
 *
 * Gradient rule `zero`: g 1[low <= x <= high], the derivative. Rule `inward`: g 1[low <= x <= high, or x > high and g > 0,
 * or x < low and g < 0]: where the descent step on a minimised loss points back inside, it is let through.
 */
export const clip = (x: Node, low: number, high: number, gradient: ClipGradient = "zero"): Node =>
  makeNode("clip", [x], { low, high, gradient })

/** condition ? a : b, elementwise. */
export const select = (condition: Node, a: Operand, b: Operand): Node =>
  makeNode("select", [condition, toNode(a), toNode(b)], NONE)

/** true to 1, false to 0; int32 to float32. */
export const cast = (x: Node): Node => makeNode("cast", [x], { to: "float32" })

interface Transposes {
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/** Matrix product A' B' (' = transposed where asked), over equal leading axes. */
export const matmul = (a: Node, b: Node, { transposeA = false, transposeB = false }: Transposes = {}): Node =>
  makeNode("matmul", [a, b], { transposeA, transposeB })

/** A' B' + C, where C broadcasts to the product: `affine(x, W, b)` is a linear layer. */
export const affine = (a: Node, b: Node, c: Node, { transposeA = false, transposeB = false }: Transposes = {}): Node =>
  makeNode("affine", [a, b, c], { transposeA, transposeB })

const reduce =
  (op: "sum" | "mean" | "max") =>
  (x: Node, axes: readonly number[] | "all" = "all", keepDimensions = false): Node =>
    makeNode(op, [x], {
      axes: axes === "all" ? x.shape.map((_, i) => i) : normaliseAxes(axes, x.shape.length, op),
      keepDimensions
    })

export const sum = reduce("sum")
export const mean = reduce("mean")
/** Largest element; ties share the cotangent evenly. */
export const max = reduce("max")

/** Stretches to `shape` by the rule of elementwise ops. */
export const broadcast = (x: Node, shape: Shape): Node =>
  isSameShape(x.shape, shape) ? x : makeNode("broadcast", [x], { shape })

export const reshape = (x: Node, shape: Shape): Node =>
  isSameShape(x.shape, shape) ? x : makeNode("reshape", [x], { shape })

export const transpose = (x: Node, permutation?: readonly number[]): Node =>
  makeNode("transpose", [x], { permutation: permutation ?? x.shape.map((_, i) => x.shape.length - 1 - i) })

export const concat = (parts: readonly Node[], axis: number): Node => {
  if (parts.length === 0) throw new ShapeError("concat: expected at least one tensor, found none")
  if (parts.length === 1) return parts[0]
  return makeNode("concat", parts, { axis: normaliseAxes([axis], parts[0].shape.length, "concat")[0] })
}

/** The block of `sizes` that begins at `starts`. */
export const slice = (x: Node, starts: readonly number[], sizes: readonly number[]): Node =>
  isSameShape(x.shape, sizes) ? x : makeNode("slice", [x], { starts, sizes })

/** A slice along one axis. */
export const sliceAxis = (x: Node, axis: number, start: number, size: number): Node =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((extent, i) => (i === axis ? size : extent))
  )

/** Surrounds with zeros. */
export const pad = (x: Node, before: readonly number[], after: readonly number[]): Node =>
  makeNode("pad", [x], { before, after })

/** Rows `indices` of a matrix: `[rows, width]`, `[n]` to `[n, width]`. */
export const gatherRows = (x: Node, indices: Node): Node => makeNode("gatherRows", [x, indices], NONE)

/** `[...shape]` of indices to `[...shape, depth]` of 0 and 1. */
export const oneHot = (indices: Node, depth: number): Node => makeNode("oneHot", [indices], { depth })

/**
 * `value`, an elementwise function of `x` whose derivative is given as graph instead of found by the chain rule: for
 * derivatives that share more with the value, or are steadier. Where the derivative is needed it is computed right after
 * the value, while what both share is still at hand; where it is not, it is dropped.
 */
export const withDerivative = (value: Node, x: Node, derivative: Node): Node =>
  makeNode("withDerivative", [value, x, derivative], NONE)

/** `value`, not before `first` is computed: an order for the engine, without a copy. */
export const after = (value: Node, first: Node): Node => makeNode("after", [value, first], NONE)

/** Undoes broadcasting: sums `x` to `shape`. */
export const sumTo = (x: Node, shape: Shape): Node => {
  if (isSameShape(x.shape, shape)) return x
  const extra = x.shape.length - shape.length
  const axes = x.shape.flatMap((extent, i) => (i < extra || (shape[i - extra] === 1 && extent !== 1) ? [i] : []))
  return reshape(sum(x, axes), shape)
}

/** Shape of `x` after a reduction, for building the reshape that restores broadcastability. */
export const keptShape = (x: Node, axes: readonly number[]): Shape => reduceShape(x.shape, axes, true)
