import { ProgramError } from "../errors.ts"
import type { Program } from "../program.ts"
import { isSameShape, printShape, type Shape, sizeOf } from "../shape.ts"
import type { NamedValues, Programs, TensorValues } from "./engine.ts"

/** The state tensors of all programs of a set. */
export const mergeStateShapes = (programs: Programs): Readonly<Record<string, Shape>> => {
  const shapes: Record<string, Shape> = {}
  for (const [name, { state }] of Object.entries(programs)) {
    for (const [tensor, shape] of Object.entries(state)) {
      const known = shapes[tensor]
      if (known !== undefined && !isSameShape(known, shape)) {
        throw new ProgramError(
          `program "${name}": state tensor "${tensor}" is ${printShape(shape)}, in another program of the set ${printShape(known)}`
        )
      }
      shapes[tensor] = shape
    }
  }
  return shapes
}

/** @throws ProgramError unless `inputs` are exactly those of the program, each of the right kind and length. */
export const checkInputs = (name: string, program: Program, inputs: NamedValues): void => {
  for (const [key, { shape, elementType }] of Object.entries(program.inputs)) {
    const values: TensorValues | undefined = inputs[key]
    if (values === undefined) throw new ProgramError(`program "${name}": input "${key}" is missing`)
    if (values.length !== sizeOf(shape)) {
      throw new ProgramError(
        `program "${name}": input "${key}" takes ${sizeOf(shape)} values (${printShape(shape)}), found ${values.length}`
      )
    }
    if (values instanceof Int32Array !== (elementType === "int32")) {
      throw new ProgramError(`program "${name}": input "${key}" takes ${elementType}`)
    }
  }
  for (const key of Object.keys(inputs)) {
    if (!(key in program.inputs)) {
      const known = Object.keys(program.inputs).join(", ") || "none"
      throw new ProgramError(`program "${name}": unknown input "${key}"; its inputs are ${known}`)
    }
  }
}

/** @throws ProgramError for a state tensor that the set does not have, or of another size. */
export const checkState = (
  shapes: Readonly<Record<string, Shape>>,
  values: Readonly<Record<string, Float32Array>>
): void => {
  for (const [name, array] of Object.entries(values)) {
    const shape = shapes[name]
    if (shape === undefined) throw new ProgramError(`there is no state tensor "${name}"`)
    if (array.length !== sizeOf(shape)) {
      throw new ProgramError(`state tensor "${name}" is ${printShape(shape)}, found ${array.length} values`)
    }
  }
}
