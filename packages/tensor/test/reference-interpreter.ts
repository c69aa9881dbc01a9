import type { Node, OpName } from "../src/node.ts"
import { type Shape, sizeOf, stridesOf } from "../src/shape.ts"
import { topologicalOrder } from "../src/traversal.ts"

/** A plain float64 reading of every op, written for clarity alone: what both engines are compared with. */
export const interpret = (
  roots: readonly Node[],
  inputs: Readonly<Record<string, ArrayLike<number>>>
): readonly Float64Array[] => {
  const values = new Map<Node, Float64Array>()
  for (const node of topologicalOrder(roots)) {
    const operands = node.inputs.map((input) => values.get(input) as Float64Array)
    const value = isInput(node) ? given(node, inputs) : evaluators[node.op](node as never, operands)
    if (value.length !== sizeOf(node.shape)) throw new Error(`reference: ${node.op} gave ${value.length} values`)
    values.set(node, value)
  }
  return roots.map((root) => values.get(root) as Float64Array)
}

const isInput = (node: Node): node is Node<"input"> => node.op === "input"

const given = ({ attributes: { name } }: Node<"input">, inputs: Readonly<Record<string, ArrayLike<number>>>) => {
  if (inputs[name] === undefined) throw new Error(`reference: input "${name}" is missing`)
  return Float64Array.from(inputs[name])
}

type Evaluator<K extends OpName> = (node: Node<K>, operands: readonly Float64Array[]) => Float64Array

/** Index of the element of a tensor of `shape` that broadcasts to position `index` of `result`. */
const broadcastIndex = (index: number, result: Shape, shape: Shape): number => {
  const [own, all] = [stridesOf(shape), stridesOf(result)]
  const extra = result.length - shape.length
  return shape.reduce((at, extent, i) => {
    const coordinate = Math.floor(index / all[i + extra]) % result[i + extra]
    return at + (extent === 1 ? 0 : coordinate * own[i])
  }, 0)
}

const elementwise =
  (f: (...x: number[]) => number) =>
  (node: Node, operands: readonly Float64Array[]): Float64Array =>
    Float64Array.from({ length: sizeOf(node.shape) }, (_, index) =>
      f(...operands.map((operand, i) => operand[broadcastIndex(index, node.shape, node.inputs[i].shape)]))
    )

const product = (node: Node<"matmul"> | Node<"affine">, [a, b, c]: readonly Float64Array[]): Float64Array => {
  const { transposeA, transposeB } = node.attributes
  const { shape } = node
  const [rows, columns] = shape.slice(-2)
  const [shapeA, shapeB] = node.inputs.map((input) => input.shape.slice(-2))
  const inner = transposeA ? shapeA[0] : shapeA[1]
  const value = new Float64Array(sizeOf(shape))
  for (let batch = 0; batch < value.length / (rows * columns); batch++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let total = 0
        for (let k = 0; k < inner; k++) {
          const left = transposeA ? k * shapeA[1] + i : i * shapeA[1] + k
          const right = transposeB ? j * shapeB[1] + k : k * shapeB[1] + j
          total += a[batch * sizeOf(shapeA) + left] * b[batch * sizeOf(shapeB) + right]
        }
        const at = batch * rows * columns + i * columns + j
        value[at] = total + (c === undefined ? 0 : c[broadcastIndex(at, shape, node.inputs[2].shape)])
      }
    }
  }
  return value
}

const reduce =
  (start: number, step: (total: number, x: number) => number, finish: (total: number, count: number) => number) =>
  (node: Node<"sum"> | Node<"mean"> | Node<"max">, [x]: readonly Float64Array[]): Float64Array => {
    const { shape } = node.inputs[0]
    const kept = shape.map((extent, i) => (node.attributes.axes.includes(i) ? 1 : extent))
    const totals = new Float64Array(sizeOf(kept)).fill(start)
    x.forEach((value, index) => {
      const at = broadcastIndex(index, shape, kept)
      totals[at] = step(totals[at], value)
    })
    return totals.map((total) => finish(total, x.length / totals.length))
  }

/** Copies element by element from where `source` says; a negative index stands for zero. */
const gather = (node: Node, x: Float64Array, source: (coordinates: readonly number[]) => number): Float64Array => {
  const strides = stridesOf(node.shape)
  return Float64Array.from({ length: sizeOf(node.shape) }, (_, index) => {
    const at = source(node.shape.map((extent, i) => Math.floor(index / strides[i]) % extent))
    return at < 0 ? 0 : x[at]
  })
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((total, x, i) => total + x * b[i], 0)

const evaluators: { readonly [K in Exclude<OpName, "input">]: Evaluator<K> } & { readonly input: Evaluator<"input"> } =
  {
    input: () => {
      throw new Error("reference: inputs are given")
    },
    constant: ({ attributes: { values } }) => Float64Array.from(values),
    add: elementwise((a, b) => a + b),
    sub: elementwise((a, b) => a - b),
    mul: elementwise((a, b) => a * b),
    div: elementwise((a, b) => a / b),
    minimum: elementwise(Math.min),
    maximum: elementwise(Math.max),
    neg: elementwise((x) => -x),
    exp: elementwise(Math.exp),
    log: elementwise(Math.log),
    sqrt: elementwise(Math.sqrt),
    abs: elementwise(Math.abs),
    sign: elementwise((x) => Math.sign(x) + 0),
    tanh: elementwise(Math.tanh),
    sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x))),
    relu: elementwise((x) => Math.max(0, x)),
    heaviside: elementwise((x) => (x > 0 ? 1 : 0)),
    power: (node, operands) => elementwise((x) => x ** node.attributes.exponent)(node, operands),
    clip: (node, operands) => {
      const { low, high } = node.attributes
      return elementwise((x) => Math.min(Math.max(x, low), high))(node, operands)
    },
    greater: elementwise((a, b) => Number(a > b)),
    greaterEqual: elementwise((a, b) => Number(a >= b)),
    equal: elementwise((a, b) => Number(a === b)),
    cast: (_, [x]) => x,
    select: elementwise((condition, a, b) => (condition !== 0 ? a : b)),
    matmul: product,
    affine: product,
    sum: reduce(
      0,
      (total, x) => total + x,
      (total) => total
    ),
    mean: reduce(
      0,
      (total, x) => total + x,
      (total, count) => total / count
    ),
    max: reduce(-Infinity, Math.max, (total) => total),
    broadcast: elementwise((x) => x),
    reshape: (_, [x]) => x,
    transpose: (node, [x]) => {
      const strides = stridesOf(node.inputs[0].shape)
      const { permutation } = node.attributes
      return gather(node, x, (at) =>
        dot(
          at,
          permutation.map((axis) => strides[axis])
        )
      )
    },
    concat: (node, operands) => {
      const { axis } = node.attributes
      const value = new Float64Array(sizeOf(node.shape))
      const strides = stridesOf(node.shape)
      let start = 0
      node.inputs.forEach(({ shape }, part) => {
        const own = stridesOf(shape)
        operands[part].forEach((x, index) => {
          const at = shape.map((extent, i) => (Math.floor(index / own[i]) % extent) + (i === axis ? start : 0))
          value[dot(at, strides)] = x
        })
        start += shape[axis]
      })
      return value
    },
    slice: (node, [x]) => {
      const strides = stridesOf(node.inputs[0].shape)
      return gather(node, x, (at) =>
        dot(
          at.map((coordinate, i) => coordinate + node.attributes.starts[i]),
          strides
        )
      )
    },
    pad: (node, [x]) => {
      const { shape } = node.inputs[0]
      const strides = stridesOf(shape)
      return gather(node, x, (at) => {
        const inside = at.map((coordinate, i) => coordinate - node.attributes.before[i])
        return inside.every((coordinate, i) => coordinate >= 0 && coordinate < shape[i]) ? dot(inside, strides) : -1
      })
    },
    gatherRows: (node, [x, indices]) => {
      const width = node.shape[1]
      return gather(node, x, ([row, column]) => indices[row] * width + column)
    },
    oneHot: (node, [indices]) =>
      Float64Array.from({ length: sizeOf(node.shape) }, (_, index) =>
        Number(indices[Math.floor(index / node.attributes.depth)] === index % node.attributes.depth)
      ),
    stopGradient: (_, [x]) => x,
    withDerivative: (_, [value]) => value,
    after: (_, [value]) => value
  }
