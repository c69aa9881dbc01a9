import { RngStreams } from "@twinpact/core"
import { measureRate, runBenchmark } from "@twinpact/core/testing/benchmark"
import { createMenu } from "../src/contract/contract-menu.ts"
import { createIroning } from "../src/contract/ironing.ts"
import { fillSecondBest, secondBest } from "../src/contract/second-best.ts"
import { voluntaryUtility } from "../src/contract/voluntary-best.ts"
import { strataDistribution } from "../src/distribution/instance-distribution.ts"
import { sampleBatch, sampleInstances } from "../src/distribution/sample-instances.ts"

const INSTANCES = 4096

await runBenchmark({
  name: "contract-solver",
  figures: (record) => {
    for (const typeCount of [2, 10, 50]) {
      const distribution = strataDistribution(typeCount)
      const rngStream = new RngStreams(1).get("environment")
      const batch = sampleBatch(distribution, INSTANCES, rngStream)
      const instances = sampleInstances(distribution, INSTANCES, rngStream)
      const ironing = createIroning(typeCount)
      const menu = createMenu(INSTANCES * typeCount)
      const unit = "instances/s"
      const optimal = measureRate(INSTANCES, () => {
        for (let i = 0; i < INSTANCES; i++) fillSecondBest(batch, i, 0, ironing, menu)
      })
      record({ name: `K=${typeCount} optimal menu, in a batch`, value: optimal, unit })
      const reference = measureRate(INSTANCES, () => {
        for (let i = 0; i < INSTANCES; i++) voluntaryUtility(batch, i, ironing)
      })
      record({ name: `K=${typeCount} reference value, in a batch`, value: reference, unit })
      const single = measureRate(INSTANCES, () => {
        for (const instance of instances) secondBest(instance)
      })
      record({ name: `K=${typeCount} secondBest, one by one`, value: single, unit })
    }
  }
})
