import { parentPort } from "node:worker_threads"
import { runTrial, type SavedState } from "@twinpact/core"
import { monotonicSeconds } from "../clock.ts"
import { PointBatches } from "./point-batches.ts"
import { readState, writeState } from "./saved-file.ts"
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
  const { checkpoint, everySeconds, policy } = task.files
  let savedSeconds = monotonicSeconds()
  try {
    const resumed = await readState(checkpoint, task.trialId, "retry the trial: it then starts from the beginning")
    const type = await runTrial(
      await loadSetup(task),
      {
        measure: (measurement) => batches.add(measurement),
        shouldStop,
        isCheckpointDue: () => everySeconds > 0 && monotonicSeconds() - savedSeconds >= everySeconds,
        checkpoint: async (state) => {
          await writeState(checkpoint, task.trialId, state)
          savedSeconds = monotonicSeconds()
        },
        ...(policy === null ? {} : { policies: (state) => keepPolicies(policy, task.trialId, state) })
      },
      resumed ?? undefined
    )
    return { type, ...batches.rest() }
  } catch (error) {
    return { type: "failed", error: serialiseError(error), ...batches.rest() }
  }
}

const keepPolicies = async (file: string, trialId: string, state: SavedState): Promise<void> => {
  if (Object.keys(state.counters).length > 0) await writeState(file, trialId, state) // none of a scheme
}
