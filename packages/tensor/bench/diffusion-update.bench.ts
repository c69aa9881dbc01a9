import { spawnSync } from "node:child_process"
import process from "node:process"
import { parseArgs } from "node:util"
import { type BenchmarkFigure, runBenchmark } from "../../core/src/testing/benchmark.ts"
import { measureActLatency } from "./act-latency.ts"
import { measureMemorySlope } from "./memory-slope.ts"
import { measureParity } from "./parity.ts"
import { CORES, canPin, isInstalled, PYTHON } from "./peer-process.ts"
import { measureTwoThreads } from "./two-threads.ts"
import { compareUpdates, comparisonSizes } from "./update-comparison.ts"

// The complete update of the diffusion actor-critic, ours beside its peers:
// npm run bench -- diffusion-update [--only parity,update,threads,act,memory] [--json <file>] [--check]

type Record = (figure: BenchmarkFigure) => void

const parts: Readonly<{ [name: string]: (record: Record) => Promise<void> }> = {
  parity: measureParity,
  update: async (record) => {
    for (const size of comparisonSizes) await compareUpdates(size, record)
  },
  threads: measureTwoThreads,
  act: async (record) => {
    setCores(String(CORES - 1))
    await measureActLatency(record)
    setCores(`0-${CORES - 1}`)
  },
  memory: measureMemorySlope
}

/** Moves this process to these cores where the system has `taskset`. */
const setCores = (cores: string): void => {
  if (canPin()) spawnSync("taskset", ["-acp", cores, String(process.pid)])
}

const { values, tokens } = parseArgs({ options: { only: { type: "string" } }, strict: false, tokens: true })
const chosen = typeof values.only === "string" ? values.only.split(",") : Object.keys(parts)
for (const name of chosen) {
  if (!(name in parts)) throw new Error(`there is no part "${name}"; there are ${Object.keys(parts).join(", ")}`)
}
// the harness reads the remaining options and refuses what it does not know
for (const token of tokens.toReversed()) {
  if (token.kind === "option" && token.name === "only")
    process.argv.splice(token.index + 2, token.inlineValue === false ? 2 : 1)
}

const versionOf = (peer: string): string =>
  isInstalled(peer)
    ? spawnSync(PYTHON, ["-c", `import ${peer}; print(${peer}.__version__)`], { encoding: "utf8" }).stdout.trim()
    : "not installed"

await runBenchmark({
  name: "diffusion-update",
  versions: { torch: versionOf("torch"), jax: versionOf("jax"), pinned: canPin() ? "one core each" : "no" },
  figures: async (record) => {
    for (const name of chosen) {
      console.error(`measuring: ${name}`)
      await parts[name](record)
    }
  }
})
