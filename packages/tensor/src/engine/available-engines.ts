import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import process from "node:process"
import { findTensorflow, installCommand, type TensorflowDevice } from "./tensorflow/installation.ts"

/** Whether programs can be compiled for an engine and a device on this machine. */
export interface EngineDescription {
  readonly engine: "onnx" | "tensorflow"
  readonly device: "cpu" | "cuda" | "webgpu"
  readonly available: boolean
  /** What was found, or what is missing. */
  readonly reason: string
  /** What makes it available; null where it is, or where nothing does. */
  readonly remedy: string | null
}

/** Every engine on every device, available or not. Looks at files and devices; no library is loaded. */
export const describeEngines = (): readonly EngineDescription[] => [
  describeOnnxCpu(),
  {
    engine: "onnx",
    device: "cuda",
    available: false,
    reason: "the npm package has no CUDA library, and its binding would move the state over the bus at every run",
    remedy: "use engine tensorflow on cuda"
  },
  {
    engine: "onnx",
    device: "webgpu",
    available: false,
    reason: "experimental in ONNX Runtime; this engine compiles for the CPU alone",
    remedy: null
  },
  describeTensorflow("cpu"),
  describeTensorflow("cuda")
]

const describeOnnxCpu = (): EngineDescription => {
  const { platform, arch } = process
  const library = join("bin", "napi-v6", platform, arch, "onnxruntime_binding.node")
  const found = existsSync(
    join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), library)
  )
  const reason = found ? "comes with its npm package" : `onnxruntime-node has no library for ${platform} on ${arch}`
  return { engine: "onnx", device: "cpu", available: found, reason, remedy: null }
}

/** Device files of NVIDIA's driver: on Linux itself, and inside Windows. */
const GPU_FILES = ["/dev/nvidiactl", "/dev/dxg"]

const describeTensorflow = (device: TensorflowDevice): EngineDescription => {
  const found = findTensorflow().find(({ hasCuda }) => device === "cpu" || hasCuda)
  const describe = (available: boolean, reason: string, remedy: string | null): EngineDescription => ({
    engine: "tensorflow",
    device,
    available,
    reason,
    remedy
  })
  if (device === "cuda" && !GPU_FILES.some((file) => existsSync(file))) {
    return describe(false, "no NVIDIA GPU or driver on this machine", "run on a host where nvidia-smi lists a GPU")
  }
  if (found === undefined) {
    const reason = device === "cuda" ? "the library with CUDA is not installed" : "the library is not installed"
    return describe(false, reason, `run ${installCommand(device)}`)
  }
  return describe(true, found.binding, null)
}
