import { Layer } from "effect"
import { monotonicSeconds } from "../clock.ts"
import { FailureLog } from "./failures.ts"
import { Progress } from "./progress.ts"
import { Reporter } from "./reporter.ts"

const INTERVAL_SECONDS = 10

/** Plain lines for logs and pipes: one at the start, one every ten seconds, one at the end. */
export const plainReporter = (write: (line: string) => void): Layer.Layer<Reporter> =>
  Layer.sync(Reporter, () => {
    const failures = new FailureLog()
    const progress = new Progress()
    let last = monotonicSeconds()
    return {
      started: (total, complete) => {
        progress.start(total, complete)
        write(progress.line())
      },
      ended: (trialId, state, error) => {
        progress.count(state)
        if (error !== null) {
          const text = failures.describe(trialId, error)
          if (text !== null) write(text)
        }
        if (monotonicSeconds() - last < INTERVAL_SECONDS) return
        last = monotonicSeconds()
        write(progress.line())
      },
      stopping: (running) => write(stoppingLine(running)),
      finished: () => write(progress.line())
    }
  })

export const stoppingLine = (running: number): string =>
  running === 0
    ? "stopping"
    : `stopping: waiting for ${running} running ${running === 1 ? "trial" : "trials"}; press Ctrl-C again to exit at once`
