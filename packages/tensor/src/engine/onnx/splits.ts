import { isOp, type Node } from "../../node.ts"

/** Blocks of one tensor along one axis, to be cut off together. */
export interface Split {
  readonly source: Node
  readonly axis: number
  /** Extents along the axis, in order; together the whole tensor. */
  readonly sizes: readonly number[]
  /** The slices, and which of the blocks each one is. */
  readonly blocks: ReadonlyMap<Node, number>
}

/** Fewer slices than this are cheaper alone. */
const MINIMUM_SLICES = 3

/**
 * Slices that can be one node: blocks of one tensor along one axis that do not overlap, as the parts of a packed vector
 * are. A Slice of ONNX Runtime takes three times as long as an output of a Split, whatever its size.
 */
export const findSplits = (order: readonly Node[]): ReadonlyMap<Node, Split> => {
  const groups = Map.groupBy(order.filter((node) => isOp(node, "slice")).map(blockOf), ({ key }) => key)
  const splits = new Map<Node, Split>()
  for (const blocks of groups.values()) {
    if (blocks[0].axis === null) continue
    const split = joinBlocks(blocks)
    if (split.blocks.size < MINIMUM_SLICES) continue
    for (const slice of split.blocks.keys()) splits.set(slice, split)
  }
  return splits
}

interface Block {
  readonly slice: Node<"slice">
  /** The only axis that is cut; null where several are. */
  readonly axis: number | null
  readonly start: number
  readonly end: number
  readonly key: string
}

const blockOf = (slice: Node<"slice">): Block => {
  const [source] = slice.inputs
  const { starts, sizes } = slice.attributes
  const axes = sizes.flatMap((size, i) => (size === source.shape[i] ? [] : [i]))
  const axis = axes.length === 1 ? axes[0] : null
  const start = starts[axis ?? 0]
  return { slice, axis, start, end: start + sizes[axis ?? 0], key: `${source.id} ${axis}` }
}

/** As many blocks as fit beside each other, the gaps between them as blocks that nobody uses. */
const joinBlocks = (blocks: readonly Block[]): Split => {
  const [{ slice, axis }] = blocks
  const [source] = slice.inputs
  const sizes: number[] = []
  const chosen = new Map<Node, number>()
  let end = 0
  const fillTo = (start: number) => {
    if (start > end) sizes.push(start - end)
  }
  for (const block of blocks.toSorted((left, right) => left.end - right.end)) {
    if (block.start < end) continue
    fillTo(block.start)
    chosen.set(block.slice, sizes.length)
    sizes.push(block.end - block.start)
    end = block.end
  }
  fillTo(source.shape[axis as number])
  return { source, axis: axis as number, sizes, blocks: chosen }
}
