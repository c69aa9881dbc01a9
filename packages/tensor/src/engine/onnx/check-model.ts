import { InferenceSession, Tensor } from "onnxruntime-node"
import { ProgramError } from "../../errors.ts"
import { isOp, type Node } from "../../node.ts"
import { sizeOf } from "../../shape.ts"
import { topologicalOrder } from "../../traversal.ts"
import { lowerResults } from "./lower.ts"
import { buildOnnxModel } from "./model.ts"

const TOLERANCE = 1e-5

/**
 * Runs a file in a bare session, as any user of ONNX Runtime would, beside the graph that it was made from.
 *
 * @throws ProgramError if a result differs by more than 1e-5 max(1, |expected|).
 */
export const requireSameResults = async (file: Uint8Array, results: Readonly<Record<string, Node>>): Promise<void> => {
  const feeds = Object.fromEntries(
    topologicalOrder(Object.values(results))
      .filter((node) => isOp(node, "input"))
      .map(({ attributes: { name, type } }) => {
        const values = Float32Array.from({ length: sizeOf(type.shape) }, (_, i) => Math.sin(i + 1)) // any fixed values
        const isInteger = type.elementType === "int32"
        return [
          name,
          isInteger
            ? new Tensor("int32", new Int32Array(values.length), [...type.shape])
            : new Tensor("float32", values, [...type.shape])
        ]
      })
  )
  const [found, expected] = [await runOnce(file, feeds), await runOnce(buildOnnxModel(lowerResults(results)), feeds)]
  for (const [name, values] of Object.entries(expected)) {
    for (let i = 0; i < values.length; i++) {
      if (Math.abs(found[name][i] - values[i]) <= TOLERANCE * Math.max(1, Math.abs(values[i]))) continue
      if (Object.is(found[name][i], values[i])) continue
      throw new ProgramError(`export: the file gives ${name}[${i}] = ${found[name][i]}, the program ${values[i]}`)
    }
  }
}

const runOnce = async (
  model: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>
): Promise<Record<string, Float32Array>> => {
  const session = await InferenceSession.create(model)
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)))
  const results = await session.run(used)
  const values = Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]))
  await session.release()
  return values
}
