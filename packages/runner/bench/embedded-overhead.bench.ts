import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { Effect } from "effect"
import { runBenchmark } from "../../core/src/testing/benchmark.ts"
import { monotonicSeconds } from "../src/clock.ts"
import { plainReporter } from "../src/reporter/plain.ts"
import { runStudy } from "../src/run-study.ts"
import { StudyReader } from "../src/store/reader.ts"
import { planStudyFile } from "../src/study-plan.ts"

const SIZES = [1_000, 10_000, 100_000]
const folder = mkdtempSync(join(tmpdir(), "twinpact-bench-"))

/** What a no-op trial costs from the study file to the durable record, threads and all. */
await runBenchmark({
  name: "embedded-overhead",
  threads: availableParallelism(),
  figures: async (record) => {
    try {
      await timed(500) // loads what is loaded once
      const startUp = (await timed(availableParallelism())).seconds
      record({ name: "start-up of store and threads", value: startUp, unit: "s" })
      const perTrial = new Map<number, number>()
      for (const size of SIZES) {
        const { seconds, planSeconds, resumeSeconds, statusSeconds, bytes } = await timed(size)
        perTrial.set(size, ((seconds - startUp) * 1000) / size)
        const target = size === 1_000 ? {} : { target: 1_500, comparison: ">=" as const }
        record({ name: `${size} trials`, value: size / seconds, unit: "trials/s", ...target })
        record({
          name: `${size} trials, each, without start-up`,
          value: perTrial.get(size)!,
          unit: "ms",
          target: 2,
          comparison: "<="
        })
        if (size !== SIZES.at(-1)) continue
        record({ name: `${size} trials: plan`, value: planSeconds, unit: "s", target: 2, comparison: "<=" })
        record({ name: `${size} trials: run again`, value: resumeSeconds, unit: "s", target: 5, comparison: "<=" })
        record({ name: `${size} trials: status`, value: statusSeconds, unit: "s", target: 1, comparison: "<=" })
        record({ name: `${size} trials: database`, value: bytes / size, unit: "bytes/trial" })
      }
      const growth = perTrial.get(100_000)! / perTrial.get(1_000)!
      record({ name: "each, 100000 to 1000 trials", value: growth, unit: "x", target: 1.2, comparison: "<=" })
      const memory = process.memoryUsage().rss / 2 ** 30
      record({ name: "memory of the process", value: memory, unit: "GiB", target: 1, comparison: "<=" })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
})

async function timed(size: number) {
  const file = join(folder, `no-op-${size}.yaml`)
  writeFileSync(
    file,
    `name: no-op-${size}
environment: ${join(import.meta.dirname, "no-op-environment.ts")}
agent: ${join(import.meta.dirname, "no-op-agent.ts")}
seeds: ${size}
evaluation: { size: 1 }
`
  )
  const start = monotonicSeconds()
  const planned = await planStudyFile(file)
  const planSeconds = monotonicSeconds() - start
  const run = () =>
    Effect.runPromise(
      runStudy({
        planned,
        studies: folder,
        workers: availableParallelism(),
        reopen: "none",
        signal: new AbortController().signal,
        command: "bench"
      }).pipe(Effect.provide(plainReporter(() => {})))
    )
  const { counts, folder: study } = await run()
  const seconds = monotonicSeconds() - start
  if (counts.complete !== size) throw new Error(`expected ${size} complete trials, found ${JSON.stringify(counts)}`)
  const again = monotonicSeconds()
  await run()
  const resumeSeconds = monotonicSeconds() - again
  const asked = monotonicSeconds()
  const reader = new StudyReader(study.database)
  reader.counts()
  reader.failures()
  reader.close()
  const statusSeconds = monotonicSeconds() - asked
  return { seconds, planSeconds, resumeSeconds, statusSeconds, bytes: statSync(study.database).size }
}
