import { add, affine, concat, constant, makeNode, matmul, mul, slice, sliceAxis } from "../graph.ts"
import { isOp, type Node, type OpName } from "../node.ts"
import { broadcastShapes, isSameShape, sizeOf } from "../shape.ts"
import { countUses } from "../traversal.ts"
import { makeSharer } from "./common-subexpressions.ts"
import { rebuild } from "./rebuild.ts"

/**
 * Local rewrites that keep every number: constants folded, neutral elements dropped, copies avoided, sums of products
 * accumulated inside the product; equal nodes become one. What no output needs any more disappears with the next traversal.
 */
export const simplify = (roots: readonly Node[]): readonly Node[] => {
  const uses = countUses(roots)
  const isUsedOnce = (original: Node) => uses.get(original) === 1
  const share = makeSharer()
  return rebuild(roots, (node, original) => {
    for (const rule of RULES[node.op] ?? []) {
      const simpler = rule(node, original, isUsedOnce)
      if (simpler !== null) return share(simpler)
    }
    return share(node)
  })
}

type SimplifyRule = (node: Node, original: Node, isUsedOnce: (original: Node) => boolean) => Node | null

/** The value of a constant whose elements are all equal. */
const uniformValue = (node: Node): number | null => {
  if (!isOp(node, "constant") || node.elementType !== "float32") return null
  const { values } = node.attributes
  return values.length > 0 && values.every((value) => Object.is(value, values[0])) ? values[0] : null
}

const FOLDABLE_BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b
}
const FOLDABLE_UNARY: Readonly<Record<string, (x: number) => number>> = {
  neg: (x) => -x,
  sqrt: Math.sqrt,
  heaviside: (x) => (x > 0 ? 1 : 0)
}

/** Arithmetic on scalar constants; correctly rounded in float32, so the engines would find the same. */
const foldScalars: SimplifyRule = ({ op, inputs, shape }) => {
  if (shape.length !== 0 || !inputs.every((input) => isOp(input, "constant"))) return null
  const values = inputs.map((input) => (input as Node<"constant">).attributes.values[0])
  if (inputs.length === 2 && op in FOLDABLE_BINARY) return constant([FOLDABLE_BINARY[op](values[0], values[1])], [])
  if (inputs.length === 1 && op in FOLDABLE_UNARY) return constant([FOLDABLE_UNARY[op](values[0])], [])
  return null
}

/** Constants of one value keep a single element: elementwise users stretch it. */
const foldUniform: SimplifyRule = (node) => {
  if (!isOp(node, "reshape") && !isOp(node, "transpose") && !isOp(node, "slice")) return null
  const [x] = node.inputs
  if (!isOp(x, "constant") || uniformValue(x) === null) return null
  return constant(new Float32Array(sizeOf(node.shape)).fill(uniformValue(x) as number), node.shape)
}

/** x * 1, x / 1, x - 0 and x + 0 are x (but for the sign of zero); (x * a) * b is x * (a b) for powers of two alone. */
const dropNeutral: SimplifyRule = ({ op, inputs: [a, b], shape }) => {
  const keep = (x: Node) => (isSameShape(x.shape, shape) ? x : null)
  if (op === "mul") {
    if (uniformValue(a) === 1) return keep(b)
    if (uniformValue(b) === 1) return keep(a)
  }
  if (op === "add") {
    if (uniformValue(a) === 0) return keep(b)
    if (uniformValue(b) === 0) return keep(a)
  }
  if (op === "div" && uniformValue(b) === 1) return keep(a)
  if (op === "sub" && uniformValue(b) === 0) return keep(a)
  return null
}

const dropNegation: SimplifyRule = ({ op, inputs }) => {
  const [a, b] = inputs
  if (op === "neg" && isOp(a, "neg")) return a.inputs[0]
  if (op === "add" && isOp(b, "neg")) return makeNode("sub", [a, b.inputs[0]], {})
  if (op === "sub" && isOp(b, "neg")) return add(a, b.inputs[0])
  if (op === "mul" && isOp(a, "neg") && uniformValue(b) !== null) return mul(a.inputs[0], -(uniformValue(b) as number))
  return null
}

/** An elementwise op stretches its operands itself. */
const dropBroadcast: SimplifyRule = (node) => {
  if (!node.inputs.some((input) => isOp(input, "broadcast"))) return null
  const inputs = [...node.inputs]
  for (const [i, input] of inputs.entries()) {
    if (!isOp(input, "broadcast")) continue
    const other = inputs[1 - i]
    if (isSameShape(broadcastShapes(input.inputs[0].shape, other.shape, node.op), node.shape))
      inputs[i] = input.inputs[0]
  }
  return inputs.every((input, i) => input === node.inputs[i]) ? null : makeNode(node.op, inputs, node.attributes)
}

/** A block of rows of a block of a vector, seen as a matrix, is a block of the vector: copied once instead of twice. */
const joinSlices: SimplifyRule = (node) => {
  if (!isOp(node, "slice")) return null
  const [x] = node.inputs
  if (isOp(x, "slice")) {
    const starts = node.attributes.starts.map((start, i) => start + x.attributes.starts[i])
    return makeNode("slice", [x.inputs[0]], { starts, sizes: node.attributes.sizes })
  }
  if (!isOp(x, "reshape") || x.shape.length < 2 || x.inputs[0].shape.length !== 1) return null
  const { starts, sizes } = node.attributes
  if (!isSameShape(sizes.slice(1), x.shape.slice(1))) return null
  const rowSize = sizeOf(x.shape.slice(1))
  const rows = makeNode("slice", [x.inputs[0]], { starts: [starts[0] * rowSize], sizes: [sizeOf(sizes)] })
  return makeNode("reshape", [rows], { shape: sizes })
}

/** A block of a product that nobody else reads is the product of the blocks; a part of a concatenation is that part. */
const sliceOperands: SimplifyRule = (node, original, isUsedOnce) => {
  if (!isOp(node, "slice") || node.shape.length !== 2) return null
  const [x] = node.inputs
  const { starts, sizes } = node.attributes
  if (isOp(x, "concat")) {
    const part = partsOf(x, 0, x.attributes.axis).find(
      ({ axis, start, end }) => start === starts[axis] && end - start === sizes[axis]
    )
    return part !== undefined && isSameShape(part.value.shape, sizes) ? part.value : null
  }
  if (!(isOp(x, "matmul") || isOp(x, "affine")) || !isUsedOnce(original.inputs[0])) return null
  const [a, b, c] = x.inputs
  const { transposeA, transposeB } = x.attributes
  const rows = sliceAxis(a, transposeA ? 1 : 0, starts[0], sizes[0])
  const columns = sliceAxis(b, transposeB ? 0 : 1, starts[1], sizes[1])
  if (c === undefined) return matmul(rows, columns, x.attributes)
  return isSameShape(c.shape, x.shape) ? affine(rows, columns, slice(c, starts, sizes), x.attributes) : null
}

const joinReshapes: SimplifyRule = (node) => {
  if (!isOp(node, "reshape")) return null
  const [x] = node.inputs
  const source = isOp(x, "reshape") ? x.inputs[0] : x
  if (isSameShape(source.shape, node.shape)) return source
  return source === x ? null : makeNode("reshape", [source], node.attributes)
}

/** A B + C becomes one node that starts from C: gradients of several uses accumulate without a pass of their own. */
const accumulateProducts: SimplifyRule = (node, original, isUsedOnce) => {
  for (const i of [1, 0]) {
    const product = node.inputs[i]
    const other = node.inputs[1 - i]
    if (!isOp(product, "matmul") || !isUsedOnce(original.inputs[i])) continue
    if (product.shape.length !== 2 || !isSameShape(product.shape, node.shape)) continue
    return affine(product.inputs[0], product.inputs[1], other, product.attributes)
  }
  return null
}

/** Parts that were padded with zeros to tile a whole along one axis, and added: one concatenation. */
const joinPads: SimplifyRule = (node, _, isUsedOnce) => {
  const addends = addendsOf(node, isUsedOnce)
  const parts: Part[] = []
  for (const addend of addends) {
    const own = paddedPartsOf(addend)
    if (own === null || own[0].axis !== (parts[0] ?? own[0]).axis) return null
    parts.push(...own)
  }
  parts.sort((left, right) => left.start - right.start)
  for (let i = 1; i < parts.length; i++) if (parts[i].start !== parts[i - 1].end) return null
  const [{ axis, start }] = parts
  const { end } = parts[parts.length - 1]
  const joined = concat(
    parts.map(({ value }) => value),
    axis
  )
  if (start === 0 && end === node.shape[axis]) return joined
  const around = (size: number) => node.shape.map((_, i) => (i === axis ? size : 0))
  return makeNode("pad", [joined], { before: around(start), after: around(node.shape[axis] - end) })
}

/** The terms of a sum of sums, in order; an inner sum with other users is a term of its own. */
const addendsOf = (sum: Node, isUsedOnce: (original: Node) => boolean): readonly Node[] =>
  sum.inputs.flatMap((term) => (term.op === "add" && isUsedOnce(term) ? addendsOf(term, isUsedOnce) : [term]))

interface Part {
  readonly value: Node
  readonly axis: number
  readonly start: number
  readonly end: number
}

/** The blocks that a pad along one axis places. */
const paddedPartsOf = (node: Node): readonly Part[] | null => {
  if (!isOp(node, "pad")) return null
  const { before, after } = node.attributes
  const axes = before.flatMap((size, i) => (size + after[i] > 0 ? [i] : []))
  if (axes.length !== 1) return null
  const [axis] = axes
  return partsOf(node.inputs[0], before[axis], axis)
}

/** What a tensor that begins at `start` is concatenated from, itself if from nothing. */
const partsOf = (value: Node, start: number, axis: number): readonly Part[] => {
  const parts = isOp(value, "concat") && value.attributes.axis === axis ? value.inputs : [value]
  let end = start
  return parts.map((part) => {
    end += part.shape[axis]
    return { value: part, axis, start: end - part.shape[axis], end }
  })
}

/** Which rules to try on which op, in order. */
const RULES: Readonly<Partial<Record<OpName, readonly SimplifyRule[]>>> = {
  add: [foldScalars, dropNeutral, dropNegation, dropBroadcast, joinPads, accumulateProducts],
  sub: [foldScalars, dropNeutral, dropNegation, dropBroadcast],
  mul: [foldScalars, dropNeutral, dropNegation, dropBroadcast],
  div: [foldScalars, dropNeutral, dropBroadcast],
  minimum: [dropBroadcast],
  maximum: [dropBroadcast],
  neg: [foldScalars, dropNegation],
  sqrt: [foldScalars],
  heaviside: [foldScalars],
  reshape: [foldUniform, joinReshapes],
  transpose: [foldUniform],
  slice: [foldUniform, joinSlices, sliceOperands]
}
