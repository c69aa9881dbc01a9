import { type AgentContext, boxSpace, RngStreams } from "@twinpact/core"
import { runBenchmark } from "@twinpact/core/testing/benchmark"
import { compile, cost, sizeOf } from "@twinpact/tensor"
import { Schema } from "effect"
import { updateProgram } from "../src/diffusion-sac/losses.ts"
import { initialWidths } from "../src/diffusion-sac/networks.ts"
import type { DiffusionActorCriticConfig } from "../src/diffusion-sac/variant.ts"
import { PrunedDiffusionSacConfig } from "../src/pruned-diffusion-sac/config.ts"
import { denseSmallWidths } from "../src/pruned-diffusion-sac/pruner.ts"

// What pruning pays: the time and the multiply-accumulates of an update whose actor is cut down, beside the whole one.
// npm run bench -- pruning [--json <file>] [--check]

const RATES = [0, 0.1, 0.3, 0.5, 0.7, 0.9]
const ROUNDS = 25
const UPDATES_PER_TURN = 4

const box = (width: number) => boxSpace(Array.from({ length: width }, (_, i) => [`c${i}`, -1, 1] as const))

/** The server of the contract economy with two types. */
const contextFor = (maximumEpisodeSteps: number): AgentContext => ({
  role: { name: "server", agentCount: 1, observation: box(9), action: box(4) },
  maximumEpisodeSteps,
  instances: 8,
  evaluationInstances: 8,
  schemes: [],
  streams: new RngStreams(1)
})

const configAt = (rate: number, critics: boolean): DiffusionActorCriticConfig => ({
  ...Schema.decodeUnknownSync(PrunedDiffusionSacConfig)({ batchSize: 512, width: 256, pruning: { rate, critics } }),
  critics: 2
})

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** One compiled update with random inputs, ready to be timed. */
const contender = async (rate: number, critics: boolean, context: AgentContext) => {
  const config = configAt(rate, critics)
  const full = initialWidths(config, context)
  const widths = rate === 0 ? full : denseSmallWidths(full, config.pruning!)
  const update = updateProgram(widths, config, context)
  const compiled = await compile({ update }, { threads: 1 })
  const random = new RngStreams(2).get("inputs")
  const fill = (size: number, scale: number) => Float32Array.from({ length: size }, () => scale * random.normal())
  await compiled.writeState(
    Object.fromEntries(
      Object.entries(update.state).map(([name, shape]) => [
        name,
        fill(sizeOf(shape), name.startsWith("adam") ? 0 : 0.05)
      ])
    )
  )
  const inputs = Object.fromEntries(
    Object.entries(update.inputs).map(([name, { shape }]) => [
      name,
      name.endsWith("Rate") ? Float32Array.of(3e-4) : fill(sizeOf(shape), 1)
    ])
  )
  const run = async () => {
    const start = performance.now()
    for (let i = 0; i < UPDATES_PER_TURN; i++) await compiled.run("update", inputs)
    return (performance.now() - start) / UPDATES_PER_TURN
  }
  await run()
  return {
    run,
    times: [] as number[],
    multiplyAccumulates: cost(update).multiplyAccumulates,
    dispose: () => compiled.dispose()
  }
}

await runBenchmark({
  name: "pruning",
  figures: async (record) => {
    for (const [label, maximumEpisodeSteps, critics] of [
      ["episodes of one step", 1, false],
      ["with targets", 20, false],
      ["episodes of one step, critics pruned too", 1, true]
    ] as const) {
      const context = contextFor(maximumEpisodeSteps)
      const contenders = []
      for (const rate of RATES) contenders.push(await contender(rate, critics, context))
      for (let round = 0; round < ROUNDS; round++) for (const each of contenders) each.times.push(await each.run())
      const [whole] = contenders
      for (const [i, each] of contenders.entries()) {
        const percent = `${Math.round(100 * RATES[i])}%`
        // ratios within a round: what disturbs the machine disturbs neighbours alike
        const ratio = median(each.times.map((time, round) => time / whole.times[round]))
        const isTarget = RATES[i] === 0.5 && label === "episodes of one step"
        record({ name: `${label}: ${percent} time of an update`, value: median(each.times), unit: "ms" })
        record({
          name: `${label}: ${percent} time / time of the whole network`,
          value: ratio,
          unit: "x",
          ...(isTarget ? { target: 0.65, comparison: "<=" as const } : {})
        })
        record({
          name: `${label}: ${percent} multiply-accumulates / those of the whole network`,
          value: each.multiplyAccumulates / whole.multiplyAccumulates,
          unit: "x"
        })
        await each.dispose()
      }
    }
  }
})
