import { agents } from "@twinpact/agents"
import { type AgentDefinition, type EnvironmentDefinition, type Measurement, type Role, runTrial } from "@twinpact/core"
import { boxBandit, truncatingBox } from "@twinpact/core/testing"
import { contractEnvironment } from "@twinpact/env"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"

interface LearningTrial {
  readonly environment: EnvironmentDefinition
  readonly environmentConfig?: Readonly<Record<string, unknown>>
  readonly agent: string
  readonly config?: Readonly<Record<string, unknown>>
  readonly gradientSteps: number
  readonly seed?: number
  readonly points?: number
}

/** All measurements of one trial in this thread. */
const learn = async ({
  environment,
  environmentConfig = {},
  agent,
  config = {},
  gradientSteps,
  seed = 0,
  points = 1
}: LearningTrial): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = []
  const definition = agents.find(({ name }) => name === agent) as AgentDefinition
  const ofEnvironment = Schema.decodeUnknownSync(environment.config)(environmentConfig)
  const [role]: readonly Role[] = environment.create(ofEnvironment).roles
  await runTrial(
    {
      environment: { definition: environment, config: ofEnvironment },
      agents: { [role.name]: { definition, config: Schema.decodeUnknownSync(definition.config)(config) } },
      budget: { gradientSteps, instances: 8 },
      evaluation: { size: 128, seed: 12345, points, draws: 2, maximumEpisodeSteps: 100 },
      seed
    },
    { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false }
  )
  return measurements
}

const finalScore = async (trial: LearningTrial): Promise<number> => (await learn(trial)).at(-1)!.values.score

const small = { width: 64, actorLearningRate: 1e-3, criticLearningRate: 1e-3 }

describe("every learner solves the suite's toys", () => {
  const replay = { hiddenWidths: [32, 32], batchSize: 64, learningStarts: 200, actorLearningRate: 1e-3 }
  const diffusion = { width: 32, denoisingSteps: 3, batchSize: 64, learningStarts: 200, actorLearningRate: 1e-3 }
  const learners: readonly (readonly [string, Readonly<Record<string, unknown>>, number])[] = [
    ["ddpg", replay, 1000],
    ["sac", replay, 1500],
    ["ppo", { hiddenWidths: [32, 32], rolloutSize: 256, batchSize: 64, learningRate: 1e-3 }, 4000],
    ["diffusion-ddpg", diffusion, 1000],
    ["diffusion-sac", diffusion, 1000],
    ["diffusion-sac", { ...diffusion, entropy: "path-bound", targetEntropy: -6 }, 2000],
    ["diffusion-sac", { ...diffusion, entropy: "adaptive-noise" }, 1000],
    ["pruned-diffusion-sac", diffusion, 1000]
  ]
  for (const [agent, config, gradientSteps] of learners) {
    test.each([boxBandit, truncatingBox])(`${agent} ${JSON.stringify(config)} on $name`, async (environment) => {
      expect(await finalScore({ environment, agent, config, gradientSteps })).toBeGreaterThan(0.98)
    })
  }
})

describe("the contract economy with two types", () => {
  test("DDPG comes close to the exact optimum in 1,000 updates", async () => {
    const config = { hiddenWidths: [64, 64], actorLearningRate: 1e-3 }
    expect(
      await finalScore({ environment: contractEnvironment, agent: "ddpg", config, gradientSteps: 1000 })
    ).toBeGreaterThan(0.97)
  })

  test.each([0, 1, 2])("a saturated diffusion policy comes back to life, seed %i", async (seed) => {
    expect(
      await finalScore({
        environment: contractEnvironment,
        agent: "diffusion-sac",
        config: small,
        gradientSteps: 1000,
        seed
      })
    ).toBeGreaterThan(0.97)
  })

  test("pruning at rate 0 is diffusion-sac, bit for bit; at another rate it is not", async () => {
    const trial = (agent: string, config: Readonly<Record<string, unknown>>) =>
      learn({ environment: contractEnvironment, agent, config, gradientSteps: 120, points: 3 })
    const plain = await trial("diffusion-sac", small)
    expect(await trial("pruned-diffusion-sac", { ...small, pruning: { rate: 0 } })).toEqual(plain)
    expect((await trial("pruned-diffusion-sac", small)).at(-1)!.values.score).not.toBe(plain.at(-1)!.values.score)
  })

  test("a pruned policy reaches the sparsity that was asked for, and keeps its score", async () => {
    const config = { ...small, pruning: { rate: 0.5 } }
    const measurements = await learn({
      environment: contractEnvironment,
      agent: "pruned-diffusion-sac",
      config,
      gradientSteps: 1500,
      points: 11
    })
    const sparsities = measurements.filter(({ kind }) => kind === "training").map(({ values }) => values.sparsity)
    expect(sparsities[0]).toBe(0)
    expect(sparsities.at(-1)).toBe(0.5)
    expect(sparsities).toEqual(sparsities.toSorted((a, b) => a - b))
    expect(measurements.at(-1)!.values.score).toBeGreaterThan(0.97)
  })
})
