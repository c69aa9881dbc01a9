import { parentPort, workerData } from "node:worker_threads"
import { compileOnnx, mish } from "@twinpact/tensor"
import { diffusionUpdate, packState } from "./diffusion-update-program.ts"
import { initialState, ReplayBatches } from "./replay-batches.ts"

// One update program in a worker thread: takes as many steps as a message says, then answers; 0 ends it.
const sizes = { ...(workerData as { readonly batch: number; readonly width: number }), state: 9, action: 4 }
const program = { ...sizes, denoisingSteps: 6 }
const compiled = await compileOnnx({ update: diffusionUpdate(program, mish) }, { threads: 1 })
await compiled.writeState(packState(program, true, initialState(program, true)))
const batches = new ReplayBatches(program, true)
const steps = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await compiled.run("update", batches.next())
  parentPort?.postMessage("done")
}
parentPort?.on("message", (count: number) => {
  if (count === 0) parentPort?.close()
  else void steps(count)
})
await steps(1)
