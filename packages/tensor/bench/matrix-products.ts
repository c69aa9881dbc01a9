import { matmul, type Node, type Program, program, type Shape } from "@twinpact/tensor"

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

/** The same products and nothing else, each with an output of its own; equal operands share a few inputs. */
export const matrixProductsProgram = (products: readonly MatrixProduct[]): Program => {
  const byKind = Map.groupBy(products, (product) => JSON.stringify(product))
  const inputs: Record<string, Shape> = {}
  const calls = [...byKind.values()].flatMap((group, kind) => {
    const side = Math.ceil(Math.sqrt(group.length))
    return group.map((product, i) => {
      const [a, b] = [`a${kind}.${i % side}`, `b${kind}.${Math.floor(i / side)}`]
      inputs[a] = product.a
      inputs[b] = product.b
      return { product, a, b }
    })
  })
  return program({
    state: {},
    inputs,
    build: (_, nodes) => ({
      outputs: Object.fromEntries(
        calls.map(({ product, a, b }, i) => [`product${i}`, matmul(nodes[a], nodes[b], product)])
      )
    })
  })
}
