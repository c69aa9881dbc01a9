import { type PackedShapes, packValues, unpackValues } from "@twinpact/tensor"
import type { NeuronGroup } from "./neuron-groups.ts"

/** Sets everything that enters or leaves dead neurons to 0 in a packed network, or in its moments. */
export const zeroDead = (
  packed: Float32Array,
  shapes: PackedShapes,
  groups: readonly NeuronGroup[],
  living: readonly Uint8Array[]
): void => {
  const tensors = unpackValues(shapes, packed)
  groups.forEach(({ layer, units, consumers }, g) => {
    const weight = tensors[`${layer}.weight`]
    for (let at = 0; at < weight.length; at++) if (living[g][at % units] === 0) weight[at] = 0
    for (let i = 0; i < units; i++) {
      if (living[g][i] === 1) continue
      tensors[`${layer}.bias`][i] = 0
      for (const consumer of consumers) {
        const [, width] = shapes[consumer.weight]
        tensors[consumer.weight].fill(0, (consumer.offset + i) * width, (consumer.offset + i + 1) * width)
      }
    }
  })
}

/**
 * The packed network that keeps neurons `kept[g]` of every group: W_in <- columns, b <- elements, W_out <- rows.
 * Weights, moments and targets of a network are all cut by the same call.
 */
export const cutNetwork = (
  packed: Float32Array,
  before: PackedShapes,
  after: PackedShapes,
  groups: readonly NeuronGroup[],
  kept: readonly (readonly number[])[]
): Float32Array => {
  const tensors = unpackValues(before, packed)
  const cut = Object.keys(after).map((name) => {
    const shape = before[name]
    const [rows, width] = shape.length === 2 ? shape : [1, shape[0]]
    const own = groups.findIndex(({ layer }) => name === `${layer}.weight` || name === `${layer}.bias`)
    const columns = own < 0 ? range(width) : kept[own]
    const keptRows = rowsOf(name, rows, groups, kept)
    const values = new Float32Array(keptRows.length * columns.length)
    let at = 0
    for (const row of keptRows) for (const column of columns) values[at++] = tensors[name][row * width + column]
    return [name, values] as const
  })
  return packValues(after, Object.fromEntries(cut))
}

/** Rows of a weight that stay: those of the kept neurons that feed it, and all others. */
const rowsOf = (
  name: string,
  rows: number,
  groups: readonly NeuronGroup[],
  kept: readonly (readonly number[])[]
): readonly number[] => {
  for (const [g, { units, consumers }] of groups.entries()) {
    const consumer = consumers.find(({ weight }) => weight === name)
    if (consumer === undefined) continue
    const { offset } = consumer
    return [...range(offset), ...kept[g].map((i) => offset + i), ...range(rows - offset - units, offset + units)]
  }
  return range(rows)
}

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)
