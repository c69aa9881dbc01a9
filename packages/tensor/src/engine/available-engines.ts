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
  describeOnnx("cpu"),
  describeOnnx("cuda"),
  describeOnnx("webgpu"),
  describeTensorflow("cpu"),
  describeTensorflow("cuda")
]

const USE_GPU_HOST = "run on a host where nvidia-smi lists a GPU"

/** Device files of NVIDIA's driver: on Linux itself, and on Linux inside Windows. */
const hasNvidiaDriver = (): boolean => ["/dev/nvidiactl", "/dev/dxg"].some((file) => existsSync(file))

/** Platforms whose ONNX Runtime for Node is built without WebGPU. */
const NO_WEBGPU = ["linux-arm64"]

const describeOnnx = (device: EngineDescription["device"]): EngineDescription => {
  const platform = `${process.platform}-${process.arch}`
  const root = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"))
  const folder = join(root, "bin", "napi-v6", process.platform, process.arch)
  const describe = (available: boolean, reason: string, remedy: string | null = null): EngineDescription => ({
    engine: "onnx",
    device,
    available,
    reason,
    remedy
  })
  if (!existsSync(folder)) return describe(false, `onnxruntime-node has no library for ${platform}`)
  if (device === "cpu") return describe(true, "comes with its npm package")
  if (device === "webgpu") {
    if (NO_WEBGPU.includes(platform)) return describe(false, `onnxruntime-node has no WebGPU on ${platform}`)
    if (process.platform === "linux" && !existsSync("/dev/dri") && !hasNvidiaDriver()) {
      return describe(false, "no GPU on this machine", "run on a host whose GPU has a Vulkan driver")
    }
    return describe(true, "experimental; whether the GPU's driver suffices shows when programs are compiled")
  }
  if (!existsSync(join(folder, "libonnxruntime_providers_cuda.so"))) {
    const reason = "its npm package does not contain the CUDA library; state would cross the bus in every run"
    return describe(false, reason, "use engine tensorflow on cuda")
  }
  return hasNvidiaDriver()
    ? describe(true, "state crosses the bus in every run; engine tensorflow keeps it on the GPU")
    : describe(false, "no NVIDIA GPU or driver on this machine", USE_GPU_HOST)
}

const describeTensorflow = (device: TensorflowDevice): EngineDescription => {
  const found = findTensorflow().find(({ hasCuda }) => device === "cpu" || hasCuda)
  const describe = (available: boolean, reason: string, remedy: string | null): EngineDescription => ({
    engine: "tensorflow",
    device,
    available,
    reason,
    remedy
  })
  if (device === "cuda" && !hasNvidiaDriver()) {
    return describe(false, "no NVIDIA GPU or driver on this machine", USE_GPU_HOST)
  }
  if (found === undefined) {
    const reason = device === "cuda" ? "the library with CUDA is not installed" : "the library is not installed"
    return describe(false, reason, `run ${installCommand(device)}`)
  }
  return describe(true, found.binding, null)
}
