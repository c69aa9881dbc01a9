import { parentPort } from "node:worker_threads"
import { runTrial } from "@twinpact/core"
import { PointBatches } from "./point-batches.ts"
import { serialiseError } from "./serialised-error.ts"
import { loadSetup } from "./trial-setup.ts"
import type { PointsMessage, PoolTask, TrialReply } from "./trial-task.ts"

/** One trial in a thread of the pool. */
export default async ({ task, flags, slot }: PoolTask): Promise<TrialReply> => {
  const batches = new PointBatches((from, measurements) => {
    const message: PointsMessage = { version: 1, type: "points", attemptId: task.attemptId, from, measurements }
    parentPort?.postMessage(message)
  })
  const shouldStop = (): boolean => {
    batches.sendIfDue()
    return Atomics.load(flags, slot) !== 0
  }
  try {
    const type = await runTrial(await loadSetup(task), {
      measure: (measurement) => batches.add(measurement),
      shouldStop
    })
    return { type, ...batches.rest() }
  } catch (error) {
    return { type: "failed", error: serialiseError(error), ...batches.rest() }
  }
}
