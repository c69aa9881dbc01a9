import type { NeuronGroup } from "./neuron-groups.ts"

/** The tensors of a network by name, as views of its packed vector. */
type Tensors = Readonly<Record<string, Float32Array>>

/** ||[W_in, b]_i|| of every neuron. */
const incomingNorms = (tensors: Tensors, { layer, units }: NeuronGroup): Float64Array => {
  const squares = new Float64Array(units)
  const weight = tensors[`${layer}.weight`]
  for (let at = 0; at < weight.length; at++) squares[at % units] += weight[at] ** 2
  tensors[`${layer}.bias`].forEach((bias, i) => {
    squares[i] += bias ** 2
  })
  return squares.map(Math.sqrt)
}

/** ||W_out,i|| of every neuron, over all layers that it feeds. */
export const outgoingNorms = (
  tensors: Tensors,
  shapes: Readonly<Record<string, readonly number[]>>,
  { units, consumers }: NeuronGroup
): Float64Array => {
  const squares = new Float64Array(units)
  for (const { weight, offset } of consumers) {
    const [, width] = shapes[weight]
    for (let i = 0; i < units; i++) {
      const row = (offset + i) * width
      for (let at = row; at < row + width; at++) squares[i] += tensors[weight][at] ** 2
    }
  }
  return squares.map(Math.sqrt)
}

/** Magnitude: ||[W_in, b]_i|| ||W_out,i||. */
export const magnitudes = (
  tensors: Tensors,
  shapes: Readonly<Record<string, readonly number[]>>,
  group: NeuronGroup
): Float64Array => {
  const outgoing = outgoingNorms(tensors, shapes, group)
  return incomingNorms(tensors, group).map((norm, i) => norm * outgoing[i])
}
