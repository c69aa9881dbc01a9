import { join } from "node:path"
import process from "node:process"
import { isMainThread } from "node:worker_threads"
import { EngineError } from "../../errors.ts"
import { chooseTensorflow } from "./installation.ts"

export interface ProcessSettings {
  /** Threads inside one operation. */
  readonly threads: number
  /**
   * Programs that run at the same time in this process: one for each worker thread that trains. All sessions of a process
   * share one set of threads that start operations; with fewer than this, workers wait for each other.
   */
  readonly concurrentRuns?: number
}

/**
 * Settles what native TensorFlow reads from the environment when it is loaded, for the whole process. A worker thread's
 * `process.env` is a copy that the library does not see: so the main thread calls this before it starts workers. In a
 * process without workers `compileTensorflow` does it. What the user has set stays.
 *
 * @throws EngineError when the number of threads is fixed already, to another one, or when a worker comes first.
 */
export const prepareTensorflow = ({ threads, concurrentRuns = 1 }: ProcessSettings): void => {
  const fixed = process.env.TF_NUM_INTRAOP_THREADS
  if (fixed === String(threads)) return
  if (fixed !== undefined) {
    throw new EngineError(
      "tensorflow",
      `has ${fixed} threads for the whole process (TF_NUM_INTRAOP_THREADS), asked for ${threads}`,
      "use one number of threads for all programs of a process"
    )
  }
  if (!isMainThread) {
    const remedy = "call prepareTensorflow in the main thread before the workers start"
    throw new EngineError("tensorflow", "cannot set its threads from a worker thread", remedy)
  }
  const cudaFolder = chooseTensorflow("cuda")?.cudaFolder
  const settings = {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(concurrentRuns),
    TF_CPP_MIN_LOG_LEVEL: "2",
    // several processes share a GPU; without this the first takes all of its memory
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    // TF32 keeps 10 bits of a float32's 23: the engines would no longer agree
    NVIDIA_TF32_OVERRIDE: "0",
    TF_DETERMINISTIC_OPS: "1",
    ...(cudaFolder ? { XLA_FLAGS: `--xla_gpu_cuda_data_dir=${join(cudaFolder, "cuda_nvcc")}` } : {})
  }
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value
}
