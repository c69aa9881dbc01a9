import { type Measurement, runTrial } from "@twinpact/core"
import { boxBandit, describeAgent } from "@twinpact/core/testing"
import { Schema } from "effect"
import { expect, test } from "vitest"
import definition from "./index.ts"

// The laws that every agent obeys: actions inside their bounds, same seed same bytes, save and restore, and more.
describeAgent(definition, { config: { hiddenWidths: [8], batchSize: 16, learningStarts: 20 } })

test("learns to name the number that it sees", async () => {
  const measurements: Measurement[] = []
  const config = Schema.decodeUnknownSync(definition.config)({
    hiddenWidths: [32, 32],
    batchSize: 64,
    learningStarts: 64,
    actorLearningRate: 3e-3,
    criticLearningRate: 3e-3
  })
  await runTrial(
    {
      environment: { definition: boxBandit, config: {} },
      agents: { speaker: { definition, config } },
      budget: { gradientSteps: 800, instances: 8 },
      evaluation: { size: 256, seed: 1, points: 1, draws: 1, maximumEpisodeSteps: 10 },
      seed: 0
    },
    { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false }
  )
  expect(measurements.at(-1)?.values.score).toBeGreaterThanOrEqual(0.97)
})
