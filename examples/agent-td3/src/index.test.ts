import { type EnvironmentDefinition, type Measurement, runTrial } from "@twinpact/core"
import { boxBandit, describeAgent, truncatingBox } from "@twinpact/core/testing"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import td3 from "./index.ts"

const small = { hiddenWidths: [8], batchSize: 16, learningStarts: 20 }

describeAgent(td3, { config: { ...small, observationScaling: "bounds" } })
describeAgent(td3, { config: { ...small, policyDelay: 3, updatesPerRound: 2 } })

/** The evaluated score after so many updates. */
const scoreOf = async (environment: EnvironmentDefinition, config: object, gradientSteps: number): Promise<number> => {
  const measurements: Measurement[] = []
  const decoded = Schema.decodeUnknownSync(td3.config)(config)
  await runTrial(
    {
      environment: { definition: environment, config: {} },
      agents: { speaker: { definition: td3, config: decoded } },
      budget: { gradientSteps, instances: 8 },
      evaluation: { size: 256, seed: 1, points: 1, draws: 1, maximumEpisodeSteps: 10 },
      seed: 0
    },
    { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false }
  )
  return measurements.at(-1)!.values.score
}

const learning = {
  hiddenWidths: [32, 32],
  batchSize: 64,
  learningStarts: 64,
  actorLearningRate: 3e-3,
  criticLearningRate: 3e-3
}

describe("TD3 solves", () => {
  test.each([
    ["episodes of one step", boxBandit],
    ["episodes of several steps", truncatingBox]
  ])("%s", async (_, environment) => {
    expect(await scoreOf(environment, learning, 800)).toBeGreaterThanOrEqual(0.97)
  })

  test("nothing before its policy has moved", async () => {
    const still = await scoreOf(boxBandit, { ...learning, policyDelay: 1000 }, 800)
    expect(still).toBeLessThan(0.97)
    expect(still).toBe(await scoreOf(boxBandit, { ...learning, policyDelay: 1000 }, 1))
  })
})
