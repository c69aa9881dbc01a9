import { runTrial } from "@twinpact/core"
import { discreteBandit } from "@twinpact/core/testing"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { independentQ } from "./agent.ts"
import { IndependentQConfig } from "./config.ts"
import { QTable } from "./q-table.ts"

describe("QTable", () => {
  test("moves a share of the way to the target: 0 -> 1 -> 1.9 with rate 0.1 and target 10", () => {
    const table = new QTable(2, 3)
    table.update(1, 2, 10, 0.1)
    expect(table.values[5]).toBeCloseTo(1, 15)
    table.update(1, 2, 10, 0.1)
    expect(table.values[5]).toBeCloseTo(1.9, 15)
    expect([...table.values.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0])
  })

  test("ties within the tolerance go to the lowest index", () => {
    const table = new QTable(1, 3)
    table.values.set([1, 1 + 1e-10, 0.5])
    expect(table.greedy(0, 1e-9)).toBe(0)
    expect(table.greedy(0, 1e-11)).toBe(1)
    expect(table.maximum(0)).toBe(1 + 1e-10)
  })
})

test("solves the discrete bandit exactly", async () => {
  const scores: number[] = []
  const config = Schema.decodeUnknownSync(IndependentQConfig)({})
  await runTrial(
    {
      environment: { definition: discreteBandit, config: {} },
      agents: { chooser: { definition: independentQ, config } },
      budget: { envSteps: 2000, instances: 4 },
      evaluation: { size: 100, seed: 1, points: 2, draws: 1, maximumEpisodeSteps: 1 },
      seed: 0
    },
    {
      measure: ({ kind, values }) => void (kind === "evaluation" && scores.push(values.score)),
      shouldStop: () => false
    }
  )
  expect(scores[0]).toBeLessThan(0.5)
  expect(scores[1]).toBe(1)
})
