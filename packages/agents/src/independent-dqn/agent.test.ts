import {
  type Agent,
  AgentError,
  boxSpace,
  discreteSpace,
  type EnvironmentDefinition,
  type Measurement,
  RngStreams,
  type Role,
  runTrial,
  type Transitions
} from "@twinpact/core"
import { discreteBandit, twoRoles } from "@twinpact/core/testing"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { random } from "../schemes/random.ts"
import { IndependentDqnConfig } from "./config.ts"
import { independentDqn } from "./definition.ts"

const decode = (config: object) => Schema.decodeUnknownSync(IndependentDqnConfig)(config)
const modes = ["shared", "per-type", "own"] as const

const play = async (
  environment: EnvironmentDefinition,
  config: object,
  rounds: number
): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = []
  await runTrial(
    {
      environment: { definition: environment, config: {} },
      agents: {
        speaker: { definition: random, config: {} },
        chooser: { definition: independentDqn, config: decode(config) }
      },
      budget: { envSteps: rounds * 8, instances: 8 },
      evaluation: { size: 200, seed: 1, points: 2, draws: 1, maximumEpisodeSteps: 3 },
      seed: 0
    },
    { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false }
  )
  return measurements
}

describe.each(modes)("%s", (parameters) => {
  test("solves the discrete bandit", async () => {
    const last = (await play(discreteBandit, { parameters }, 200)).at(-1)
    expect(last?.values.score).toBeGreaterThanOrEqual(0.95)
  })

  test("learns with targets in episodes of several steps, for several players", async () => {
    const last = (await play(twoRoles, { parameters, gamma: 0.5 }, 200)).at(-1)
    expect(last?.values["chooser/meanReward"]).toBeGreaterThanOrEqual(0.9)
  })
})

const role: Role = {
  name: "chooser",
  agentCount: 2,
  observation: boxSpace([["class", 0, 1]]),
  action: discreteSpace(["no", "yes"]),
  discreteKey: { count: 2, of: (observations, offset) => observations[offset] }
}

const create = async (parameters: string, of: Role = role): Promise<Agent> =>
  independentDqn.create(decode({ parameters, hiddenWidths: [4], batchSize: 4 }), {
    role: of,
    maximumEpisodeSteps: 1,
    instances: 2,
    evaluationInstances: 2,
    schemes: [],
    streams: new RngStreams(1)
  })

/** Two instances with two players each; every player saw a `class` and chose item 1. */
const transitions = (classes: readonly number[], rewards: readonly number[]): Transitions => ({
  rows: 4,
  observations: Float32Array.from(classes),
  actions: Float32Array.of(1, 1, 1, 1),
  rewards: Float64Array.from(rewards),
  nextObservations: null,
  terminated: new Uint8Array(4).fill(1),
  truncated: new Uint8Array(4)
})

/** The halves of all weights and biases that belong to learner 0 and learner 1. */
const halves = async (agent: Agent): Promise<readonly (readonly number[])[]> => {
  const values = [...(await agent.save()).tensors["programs/values"].values] as number[]
  const sizes = [4, 4, 8, 2] // [1, 4] and its bias, [4, 2] and its bias
  const parts: number[][] = [[], []]
  let start = 0
  for (const size of sizes) {
    for (const part of parts) {
      part.push(...values.slice(start, start + size))
      start += size
    }
  }
  expect(start).toBe(values.length)
  return parts
}

test("per-type: what one class experiences leaves the network of the other as it was", async () => {
  const agent = await create("per-type")
  const before = await halves(agent)
  for (let round = 0; round < 3; round++) {
    agent.observe(transitions([1, 1, 1, 1], [3, 3, 3, 3]))
    await agent.update({ progress: 0 })
  }
  const after = await halves(agent)
  expect(after[0]).toEqual(before[0])
  expect(after[1]).not.toEqual(before[1])
  await agent.close()
})

test("own: what one player earns does not reach the network of the other", async () => {
  const outcome = async (rewardOfSecond: number) => {
    const agent = await create("own")
    for (let round = 0; round < 5; round++) {
      agent.observe(transitions([0, 0, 1, 1], [1, rewardOfSecond, 1, rewardOfSecond]))
      await agent.update({ progress: 0 })
    }
    const parts = await halves(agent)
    await agent.close()
    return parts
  }
  const [first, second] = [await outcome(0), await outcome(5)]
  expect(second[0]).toEqual(first[0])
  expect(second[1]).not.toEqual(first[1])
})

test("one network per class needs classes, and only choices can be learned", async () => {
  const { discreteKey: _, ...blind } = role
  await expect(create("per-type", blind)).rejects.toThrow(AgentError)
  await (await create("own", blind)).close()
  const box = { ...role, action: boxSpace([["answer", -1, 1]]) }
  await expect(create("shared", box)).rejects.toThrow("chooses among items")
})
