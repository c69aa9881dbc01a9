import { InferenceSession, Tensor } from "onnxruntime-node"
import { EngineError } from "../../errors.ts"
import { type Shape, sizeOf } from "../../shape.ts"

/** An .onnx file in a bare session: nothing of the program that it came from. */
export interface OpenFile {
  readonly inputs: readonly string[]
  /** Runs it once on float32 inputs; returns every output. */
  run(
    inputs: Readonly<Record<string, { readonly shape: Shape; readonly values: Float32Array }>>
  ): Promise<Readonly<Record<string, Float32Array>>>
  close(): Promise<void>
}

/**
 * Opens an .onnx file as any user of ONNX Runtime would, on one thread.
 *
 * @throws EngineError if the bytes are not a file that it can run.
 */
export const openOnnxFile = async (bytes: Uint8Array): Promise<OpenFile> => {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 }).catch(
    (cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new EngineError("onnx", `cannot open the file (${reason})`, "export it again", { cause })
    }
  )
  return {
    inputs: session.inputNames,
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(([name, { shape, values }]) => {
        if (values.length !== sizeOf(shape)) {
          throw new EngineError("onnx", `input "${name}" has ${values.length} values`, `give it ${sizeOf(shape)}`)
        }
        return [name, new Tensor("float32", values, [...shape])] as const
      })
      const results = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]))
    },
    close: () => session.release()
  }
}
