import process from "node:process"
import cliProgress from "cli-progress"
import { Layer } from "effect"
import { FailureLog } from "./failures.ts"
import { stoppingLine } from "./plain.ts"
import { Progress } from "./progress.ts"
import { Reporter } from "./reporter.ts"

/** A progress bar on standard error; other lines scroll by above it. */
export const terminalReporter: Layer.Layer<Reporter> = Layer.sync(Reporter, () => {
  const failures = new FailureLog()
  const progress = new Progress()
  const bar = new cliProgress.SingleBar({
    format: "{bar} {value} of {total} trials{failed} {pace}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    fps: 10,
    stream: process.stderr,
    hideCursor: true,
    stopOnComplete: false,
    gracefulExit: false,
    linewrap: false
  })
  const payload = () => ({
    failed: progress.failed > 0 ? `, ${progress.failed} failed` : "",
    pace: progress.pace() === "" ? "" : `(${progress.pace()})`
  })
  // The bar draws the line that it stands on anew: text goes above by clearing that line first.
  const print = (text: string) => {
    process.stderr.write(`\r\u001b[K${text}\n`)
    bar.render()
  }
  return {
    started: (total, complete) => {
      progress.start(total, complete)
      bar.start(total, complete, payload())
    },
    ended: (trialId, state, error) => {
      progress.count(state)
      bar.update(progress.over, payload())
      if (error === null) return
      const text = failures.describe(trialId, error)
      if (text !== null) print(text)
    },
    stopping: (running) => print(stoppingLine(running)),
    finished: () => {
      bar.update(progress.over, payload())
      bar.stop()
    }
  }
})
