import { ProgramError } from "../errors.ts"
import { reshape, slice } from "../graph.ts"
import type { Node } from "../node.ts"
import { type Shape, sizeOf } from "../shape.ts"
import type { NamedNodes } from "./linear.ts"

/**
 * Many tensors in one vector, one after the other in the order of `shapes`.
 *
 * A network whose parameters are one state tensor is differentiated, optimised and averaged as one: a handful of long
 * passes instead of some for every weight and bias, and one tensor to hand to the engine instead of dozens.
 */
export type PackedShapes = Readonly<Record<string, Shape>>

/** The shape of the vector: `[sum of sizes]`. */
export const packedShape = (shapes: PackedShapes): Shape => [
  Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0)
]

/** The tensors inside a packed vector, as graph; `gradient` with respect to the vector flows through. */
export const unpack = (packed: Node, shapes: PackedShapes): NamedNodes => {
  let start = 0
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const part = reshape(slice(packed, [start], [sizeOf(shape)]), shape)
      start += sizeOf(shape)
      return [name, part]
    })
  )
}

/** One vector from the values of all tensors. */
export const packValues = (shapes: PackedShapes, values: Readonly<Record<string, Float32Array>>): Float32Array => {
  const [size] = packedShape(shapes)
  const packed = new Float32Array(size)
  let start = 0
  for (const [name, shape] of Object.entries(shapes)) {
    const part: Float32Array | undefined = values[name]
    if (part?.length !== sizeOf(shape)) {
      throw new ProgramError(
        `packValues: tensor "${name}" has ${sizeOf(shape)} values, found ${part?.length ?? "none"}`
      )
    }
    packed.set(part, start)
    start += part.length
  }
  return packed
}

/** Views of the tensors inside a packed vector. */
export const unpackValues = (shapes: PackedShapes, packed: Float32Array): Record<string, Float32Array> => {
  let start = 0
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const end = start + sizeOf(shape)
      const part = packed.subarray(start, end)
      start = end
      return [name, part]
    })
  )
}
