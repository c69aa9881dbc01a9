import { isOp, type Node, type OpName } from "./node.ts"
import type { Program } from "./program.ts"
import { sizeOf } from "./shape.ts"
import { topologicalOrder } from "./traversal.ts"

/** What one run of a program does, counted from its graph; nothing is measured. */
export interface Cost {
  /** Products of matrices: exactly rows x inner x columns of each. */
  readonly multiplyAccumulates: number
  /** Bytes that the nodes read and write, as if nothing were fused or cached. */
  readonly bytes: number
  readonly byOp: Readonly<Partial<Record<OpName, OpCost>>>
}

export interface OpCost {
  readonly nodes: number
  readonly multiplyAccumulates: number
  readonly bytes: number
}

/** Counts the optimised graph of a program. */
export const cost = ({ outputs, nextState }: Program): Cost => {
  const byOp: Partial<Record<OpName, OpCost>> = {}
  const total = { multiplyAccumulates: 0, bytes: 0 }
  for (const node of topologicalOrder([...Object.values(outputs), ...Object.values(nextState)])) {
    if (node.inputs.length === 0) continue
    const own = { multiplyAccumulates: multiplyAccumulatesOf(node), bytes: bytesOf(node) }
    total.multiplyAccumulates += own.multiplyAccumulates
    total.bytes += own.bytes
    const known = byOp[node.op] ?? { nodes: 0, multiplyAccumulates: 0, bytes: 0 }
    byOp[node.op] = {
      nodes: known.nodes + 1,
      multiplyAccumulates: known.multiplyAccumulates + own.multiplyAccumulates,
      bytes: known.bytes + own.bytes
    }
  }
  return { ...total, byOp }
}

const multiplyAccumulatesOf = (node: Node): number => {
  if (!isOp(node, "matmul") && !isOp(node, "affine")) return 0
  const { shape } = node.inputs[0]
  const inner = node.attributes.transposeA ? shape[shape.length - 2] : shape[shape.length - 1]
  return sizeOf(node.shape) * inner
}

const ELEMENT_BYTES = { float32: 4, int32: 4, bool: 1 }

const bytesOf = (node: Node): number =>
  [node, ...node.inputs].reduce((sum, { elementType, shape }) => sum + ELEMENT_BYTES[elementType] * sizeOf(shape), 0)
