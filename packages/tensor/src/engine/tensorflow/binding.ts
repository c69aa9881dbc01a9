import { createRequire } from "node:module"
import { EngineError } from "../../errors.ts"
import { chooseTensorflow, installCommand, type TensorflowDevice, type TensorflowInstallation } from "./installation.ts"

/**
 * The part of the compiled binding that one program run needs. It is called directly: the JavaScript of
 * `@tensorflow/tfjs-node` around it adds 120 packages, a second of loading and a registry of tensors, and nothing here.
 */
export interface TensorflowBinding {
  readonly TF_INT32: number
  readonly TF_Version: string
  isUsingGpuDevice(): boolean
  createTensor(shape: readonly number[], dataType: number, values: Int32Array): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  /** Names are joined by commas. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    feeds: string,
    fetches: string
  ): readonly { readonly id: number }[]
}

let loaded: { readonly installation: TensorflowInstallation; readonly binding: TensorflowBinding } | undefined

/**
 * The native library, loaded once per thread.
 *
 * @throws EngineError where it is not installed, cannot be loaded, or has no GPU though one is asked for.
 */
export const loadTensorflow = (device: TensorflowDevice): TensorflowBinding => {
  loaded ??= load(device)
  const { installation, binding } = loaded
  if (device === "cuda" && !installation.hasCuda) {
    const remedy = "compile programs for cuda before any for the CPU, or in a process of their own"
    throw new EngineError("tensorflow", "was loaded without CUDA in this process", remedy)
  }
  if (device === "cuda" && !binding.isUsingGpuDevice()) {
    const remedy = 'see that nvidia-smi lists a GPU and that its driver fits CUDA 12, or choose device "cpu"'
    throw new EngineError("tensorflow", "found no GPU", remedy)
  }
  return binding
}

const load = (device: TensorflowDevice) => {
  const installation = chooseTensorflow(device)
  if (installation === undefined) {
    const what = device === "cuda" ? "is not installed with CUDA" : "is not installed"
    throw new EngineError("tensorflow", what, `run ${installCommand(device)}`)
  }
  try {
    const binding = createRequire(import.meta.url)(installation.binding) as TensorflowBinding
    return { installation, binding }
  } catch (cause) {
    const { message } = cause as Error
    throw new EngineError("tensorflow", `could not be loaded (${message})`, `run ${installCommand(device)} again`, {
      cause
    })
  }
}
