import { ShapeError } from "../errors.ts"
import { matmul } from "../graph.ts"
import type { MatmulAttributes, Node, TensorType } from "../node.ts"
import { broadcastShapes, isSameShape, printShape, type Shape } from "../shape.ts"
import type { OnnxEmitter, Rules, TensorflowEmitter } from "./rule.ts"

const inferProduct = (
  op: string,
  [a, b]: readonly TensorType[],
  { transposeA, transposeB }: MatmulAttributes
): Shape => {
  const rank = a.shape.length
  if (rank < 2 || b.shape.length !== rank || !isSameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
    throw new ShapeError(
      `${op}: expected matrices with equal leading axes, found ${printShape(a.shape)} x ${printShape(b.shape)}`
    )
  }
  const [rows, inner] = transposeA ? [a.shape[rank - 1], a.shape[rank - 2]] : [a.shape[rank - 2], a.shape[rank - 1]]
  const [innerB, columns] = transposeB ? [b.shape[rank - 1], b.shape[rank - 2]] : [b.shape[rank - 2], b.shape[rank - 1]]
  if (inner !== innerB) {
    const found = `${printShape(a.shape)}${transposeA ? "^T" : ""} x ${printShape(b.shape)}${transposeB ? "^T" : ""}`
    throw new ShapeError(`${op}: inner dimensions differ, ${found}`)
  }
  return [...a.shape.slice(0, -2), rows, columns]
}

/** d(A' B'): cotangents of A and B, with the transposes folded into the products. */
const vjpOfProduct = (
  a: Node,
  b: Node,
  { transposeA, transposeB }: MatmulAttributes,
  g: Node
): readonly [Node, Node] => [
  transposeA ? matmul(b, g, { transposeA: transposeB, transposeB: true }) : matmul(g, b, { transposeB: !transposeB }),
  transposeB ? matmul(g, a, { transposeA: true, transposeB: transposeA }) : matmul(a, g, { transposeA: !transposeA })
]

const gemmAttributes = ({ transposeA, transposeB }: MatmulAttributes) => ({
  ...(transposeA ? { transA: { int: 1 } } : {}),
  ...(transposeB ? { transB: { int: 1 } } : {})
})

/** Batched products have no transposition flags in ONNX: the operand is transposed first. */
const emitBatched = (
  emitter: OnnxEmitter,
  rank: number,
  { transposeA, transposeB }: MatmulAttributes,
  a: string,
  b: string
) => {
  const swap = { perm: { ints: [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2] } }
  const left = transposeA ? emitter.node("Transpose", [a], swap) : a
  const right = transposeB ? emitter.node("Transpose", [b], swap) : b
  return emitter.node("MatMul", [left, right])
}

const emitProduct = (
  emitter: TensorflowEmitter,
  { shape, attributes: { transposeA, transposeB } }: Node<"matmul"> | Node<"affine">,
  a: string,
  b: string
): string => {
  const T = { type: "float32" } as const
  return shape.length === 2
    ? emitter.node("MatMul:product", [a, b], {
        T,
        transpose_a: { flag: transposeA },
        transpose_b: { flag: transposeB }
      })
    : emitter.node("BatchMatMulV2:output", [a, b], { T, adj_x: { flag: transposeA }, adj_y: { flag: transposeB } })
}

export const productRules: Rules<"matmul" | "affine"> = {
  matmul: {
    infer: (inputs, attributes) => ({ elementType: "float32", shape: inferProduct("matmul", inputs, attributes) }),
    vjp: ({ inputs: [a, b], attributes }, g) => vjpOfProduct(a, b, attributes, g),
    onnx: (emitter, { shape, attributes }, [a, b]) =>
      shape.length === 2
        ? emitter.node("Gemm", [a, b], gemmAttributes(attributes))
        : emitBatched(emitter, shape.length, attributes, a, b),
    tensorflow: (emitter, node, [a, b]) => emitProduct(emitter, node, a, b)
  },
  affine: {
    infer: (inputs, attributes) => {
      const shape = inferProduct("affine", inputs, attributes)
      if (!isSameShape(broadcastShapes(shape, inputs[2].shape, "affine"), shape)) {
        throw new ShapeError(
          `affine: ${printShape(inputs[2].shape)} does not broadcast to the product ${printShape(shape)}`
        )
      }
      return { elementType: "float32", shape }
    },
    vjp: ({ inputs: [a, b], attributes }, g) => [...vjpOfProduct(a, b, attributes, g), g],
    onnx: (emitter, { shape, attributes }, [a, b, c]) =>
      shape.length === 2
        ? emitter.node("Gemm", [a, b, c], gemmAttributes(attributes))
        : emitter.node("Add", [emitBatched(emitter, shape.length, attributes, a, b), c]),
    tensorflow: (emitter, node, [a, b, c]) => {
      const [bias, columns] = [node.inputs[2].shape, node.shape[node.shape.length - 1]]
      const product = emitProduct(emitter, node, a, b)
      // TensorFlow fuses a product with BiasAdd, not with AddV2
      const operation = isSameShape(bias, [columns]) ? "BiasAdd:output" : "AddV2:z"
      return emitter.node(operation, [product, c], { T: { type: "float32" } })
    }
  }
}
