import { EngineError } from "../errors.ts"
import type { CompiledPrograms, Programs } from "./engine.ts"
import { compileOnnx } from "./onnx/onnx-engine.ts"
import { compileTensorflow } from "./tensorflow/tensorflow-engine.ts"

export type EngineName = "onnx" | "tensorflow"
export type DeviceName = "cpu" | "cuda" | "webgpu"

export interface EngineOptions {
  /** `onnx`: ONNX Runtime, always there. `tensorflow`: the native library, installed on request. */
  readonly engine?: EngineName
  readonly device?: DeviceName
  /** Threads inside one operation. */
  readonly threads: number
  /** Lets TensorFlow fuse operations with XLA: slower to compile, faster on GPUs. */
  readonly xla?: boolean
}

/**
 * Compiles programs that share a state, for one engine and device.
 *
 * @throws EngineError if the engine or the device does not exist or is missing here; its `remedy` says what to do.
 */
export const compile = (programs: Programs, options: EngineOptions): Promise<CompiledPrograms> => {
  const { engine = "onnx", device = "cpu", threads, xla = false } = options
  switch (engine) {
    case "onnx":
      requireDevice(engine, device, ["cpu", "cuda", "webgpu"])
      if (xla) throw new EngineError(engine, "has no XLA", 'leave xla out, or use the engine "tensorflow"')
      return compileOnnx(programs, { device, threads })
    case "tensorflow":
      requireDevice(engine, device, ["cpu", "cuda"])
      return compileTensorflow(programs, { device: device === "cuda" ? "cuda" : "cpu", threads, xla })
    default:
      throw new EngineError(String(engine satisfies never), "does not exist", "the engines are onnx and tensorflow")
  }
}

const requireDevice = (engine: EngineName, device: DeviceName, known: readonly DeviceName[]): void => {
  if (known.includes(device)) return
  throw new EngineError(engine, `has no device "${device}"`, `its devices are ${known.join(", ")}`)
}
