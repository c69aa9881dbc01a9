import { RngStreams } from "@twinpact/core"
import { measureRate, runBenchmark } from "@twinpact/core/testing/benchmark"
import { Schema } from "effect"
import { createMenu } from "../src/contract/contract-menu.ts"
import { createInstanceBatch } from "../src/contract/instance-batch.ts"
import { sampleInto } from "../src/distribution/sample-instances.ts"
import { ContractConfig } from "../src/environment/config.ts"
import { ContractEnvironment } from "../src/environment/contract-environment.ts"
import { observeAsServer } from "../src/environment/server-observation.ts"
import { resolveSettings } from "../src/environment/settings.ts"
import { createResponseTotals } from "../src/response/response-totals.ts"

const INSTANCES = 256
const TARGETS: Readonly<Record<number, number>> = { 2: 2e6, 10: 3e5 }

await runBenchmark({
  name: "contract-step",
  figures: (record) => {
    for (const typeCount of [2, 10, 50]) {
      const settings = resolveSettings(Schema.decodeUnknownSync(ContractConfig)({ typeCount }))
      const { distribution, decoder, response } = settings
      const streams = new RngStreams(1)
      const environment = new ContractEnvironment(settings)
      const actions = new Float32Array(INSTANCES * 2 * typeCount)
      streams.get("explore").fillUniform(actions, -1, 1)
      environment.reset({ instances: INSTANCES, streams })
      const rate = measureRate(INSTANCES, () => {
        environment.observe()
        environment.step(actions)
      })
      const target = TARGETS[typeCount]
      const unit = "instance-steps/s"
      record({
        name: `K=${typeCount} observe and step`,
        value: rate,
        unit,
        ...(target === undefined ? {} : { target })
      })

      const batch = createInstanceBatch(distribution.economy, typeCount, INSTANCES)
      const menu = createMenu(INSTANCES * typeCount)
      const totals = createResponseTotals(INSTANCES)
      const observations = new Float32Array(INSTANCES * (5 + 2 * typeCount))
      const rngStream = streams.get("environment")
      const parts: Readonly<Record<string, () => void>> = {
        sampling: () => {
          for (let i = 0; i < INSTANCES; i++) sampleInto(distribution, batch, i, rngStream)
        },
        decoding: () => {
          for (let i = 0; i < INSTANCES; i++) decoder.decode(batch, i, actions, menu)
        },
        "self-selection": () => response!(batch, menu, batch.typeProbabilities, totals),
        encoding: () => observeAsServer(distribution, batch, observations)
      }
      for (const [part, work] of Object.entries(parts)) {
        const share = rate / measureRate(INSTANCES, work, { repeats: 3, seconds: 0.2 })
        record({ name: `K=${typeCount} share of ${part}`, value: 100 * share, unit: "%" })
      }
    }
  }
})
