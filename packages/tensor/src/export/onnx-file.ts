import { requireSameResults } from "../engine/onnx/check-model.ts"
import { buildOnnxModel } from "../engine/onnx/model.ts"
import { ProgramError } from "../errors.ts"
import { constant, input } from "../graph.ts"
import { isOp, type Node } from "../node.ts"
import { inputName, type Program, stateName } from "../program.ts"
import { optimise } from "../rewrites/optimise.ts"
import { rebuild } from "../rewrites/rebuild.ts"
import { isSameShape, printShape, sizeOf } from "../shape.ts"

export interface ExportOptions {
  /** Values of the state tensors that the outputs need: they become constants of the file. */
  readonly state: Readonly<Record<string, Float32Array>>
  /** Inputs that are noise, with their distribution, such as `{ noise: "standard normal" }`. */
  readonly noise?: Readonly<Record<string, string>>
  /** Bakes all noise to zero, so that the file needs none. */
  readonly deterministic?: boolean
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * An ordinary .onnx file of a program's outputs: standard operators only, no training state, inputs and outputs under
 * their own names. The file is run once in a bare session and compared with the program before it is returned.
 *
 * @throws ProgramError if a state tensor that the outputs need is missing, or the file gives other numbers.
 */
export const exportOnnx = async (program: Program, options: ExportOptions): Promise<Uint8Array> => {
  const { state, noise = {}, deterministic = false, metadata = {} } = options
  for (const name of Object.keys(noise)) {
    if (!(name in program.inputs)) throw new ProgramError(`export: there is no input "${name}"`)
  }
  const names = Object.keys(program.outputs)
  const frozen = rebuild(Object.values(program.outputs), (node) =>
    isOp(node, "input") ? freeze(node, program, state, deterministic ? Object.keys(noise) : []) : node
  )
  const optimised = optimise(frozen)
  const results = Object.fromEntries(names.map((name, i) => [name, optimised[i]]))
  const described = Object.entries(noise).map(([name, distribution]) => [
    `noise.${name}`,
    deterministic ? `zero (drawn from ${distribution} in training)` : distribution
  ])
  const file = buildOnnxModel(results, { metadata: { ...metadata, ...Object.fromEntries(described) } })
  await requireSameResults(file, results)
  return file
}

const freeze = (
  node: Node<"input">,
  program: Program,
  state: ExportOptions["state"],
  zeroed: readonly string[]
): Node => {
  const { name, type } = node.attributes
  for (const key of Object.keys(program.state)) {
    if (name !== stateName(key)) continue
    const values: Float32Array | undefined = state[key]
    if (values === undefined || values.length !== sizeOf(type.shape)) {
      const found = values === undefined ? "none" : `${values.length} values`
      throw new ProgramError(`export: state tensor "${key}" is ${printShape(type.shape)}, found ${found}`)
    }
    return constant(values.slice(), type.shape)
  }
  const key = Object.keys(program.inputs).find((candidate) => name === inputName(candidate))
  if (key === undefined || !isSameShape(program.inputs[key].shape, type.shape)) {
    throw new ProgramError(`internal: export: "${name}" is neither state nor input`)
  }
  if (zeroed.includes(key)) return constant(new Float32Array(sizeOf(type.shape)), type.shape)
  return input(key, type.shape, type.elementType)
}
