import { concat, matmul, type Node, type Program, program, type Shape, slice } from "@twinpact/tensor"

/** One matrix product: shapes as stored, and which of them is read transposed. */
export interface MatrixProduct {
  readonly a: Shape
  readonly b: Shape
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Every matrix product in a program's graph. */
export const matrixProducts = ({ outputs, nextState }: Program): readonly MatrixProduct[] => {
  const seen = new Set<Node>()
  const pending = [...Object.values(outputs), ...Object.values(nextState)]
  while (pending.length > 0) {
    const node = pending.pop() as Node
    if (seen.has(node)) continue
    seen.add(node)
    pending.push(...node.inputs)
  }
  return [...seen].flatMap((node) => {
    if (node.op !== "matmul" && node.op !== "affine") return []
    const { transposeA, transposeB } = (node as Node<"matmul">).attributes
    return [{ a: node.inputs[0].shape, b: node.inputs[1].shape, transposeA, transposeB }]
  })
}

/** Multiply-accumulates of these products. */
export const multiplyAccumulates = (products: readonly MatrixProduct[]): number =>
  products.reduce((sum, { a, b, transposeB }) => sum + a[0] * a[1] * b[transposeB ? 0 : 1], 0)

/**
 * The same products and next to nothing else: of each result one element is kept, so that the program has one output.
 * Products of one kind share a few inputs, in combinations of which no two are equal.
 */
export const matrixProductsProgram = (products: readonly MatrixProduct[]): Program => {
  const inputs: Record<string, Shape> = {}
  const operand = (shape: Shape, index: number): string => {
    const name = `${shape.join("x")}.${index}`
    inputs[name] = shape
    return name
  }
  const calls = [...Map.groupBy(products, (product) => JSON.stringify(product)).values()].flatMap((group) => {
    const side = Math.ceil(Math.sqrt(group.length))
    return group.map((product, i) => ({
      product,
      a: operand(product.a, i % side),
      b: operand(product.b, side + Math.floor(i / side))
    }))
  })
  return program({
    state: {},
    inputs,
    build: (_, nodes) => ({
      outputs: {
        corners: concat(
          calls.map(({ product, a, b }) => slice(matmul(nodes[a], nodes[b], product), [0, 0], [1, 1])),
          0
        )
      }
    })
  })
}
