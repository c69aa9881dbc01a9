import { join } from "node:path"
import process from "node:process"
import { isMainThread } from "node:worker_threads"
import { EngineError } from "../../errors.ts"
import type { TensorflowInstallation } from "./installation.ts"

export interface ThreadSettings {
  /** Threads inside one operation. */
  readonly threads: number
  /** Programs that run at the same time in this process: one for each worker thread that trains. */
  readonly concurrentRuns?: number
}

/**
 * Fixes the threads of native TensorFlow for the whole process. The library reads them from the environment when it is
 * loaded, and a worker thread's `process.env` is a copy that the library does not see: so the main thread calls this
 * before it starts workers. In a process without workers `compileTensorflow` does it.
 *
 * @throws EngineError when they are fixed already, to other numbers.
 */
export const setTensorflowThreads = ({ threads, concurrentRuns = 1 }: ThreadSettings): void => {
  setThreads("TF_NUM_INTRAOP_THREADS", threads)
  if (isMainThread && process.env.TF_NUM_INTEROP_THREADS === undefined) {
    process.env.TF_NUM_INTEROP_THREADS = String(concurrentRuns)
  }
}

const setThreads = (variable: string, threads: number): void => {
  const known = process.env[variable]
  if (known === String(threads)) return
  if (known !== undefined) {
    throw new EngineError(
      "tensorflow",
      `has ${known} threads for the whole process (${variable}), asked for ${threads}`,
      "use one number of threads for all programs of a process"
    )
  }
  if (!isMainThread) {
    throw new EngineError(
      "tensorflow",
      "cannot set its threads from a worker thread",
      "call setTensorflowThreads in the main thread before the workers start"
    )
  }
  process.env[variable] = String(threads)
}

/** Settings that the library reads once, when it is loaded; what the user has set stays. */
export const applyLibrarySettings = ({ cudaFolder }: TensorflowInstallation): void => {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"
  // several processes share a GPU; without this the first takes all of its memory
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true"
  // products of float32 must be of float32: TF32 keeps 10 bits, and the engines would no longer agree
  process.env.NVIDIA_TF32_OVERRIDE ??= "0"
  process.env.TF_DETERMINISTIC_OPS ??= "1"
  if (cudaFolder !== null) {
    process.env.XLA_FLAGS ??= `--xla_gpu_cuda_data_dir=${join(cudaFolder, "cuda_nvcc")}`
  }
}
