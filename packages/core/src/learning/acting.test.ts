import { fc, test as property } from "@fast-check/vitest"
import { add, compile, mul, program } from "@twinpact/tensor"
import { describe, expect, test } from "vitest"
import type { AgentContext } from "../agent.ts"
import { RngStreams } from "../random/rng-streams.ts"
import { boxSpace } from "../space.ts"
import { addGaussianNoise, uniformActions } from "./action-noise.ts"
import { learningRateAt } from "./learning-rate.ts"
import { PolicyRows, policyBatches, policyPrograms } from "./policy-rows.ts"

const space = boxSpace([
  ["small", -1, 1],
  ["large", 0, 10]
])

const context = (instances: number, evaluationInstances: number, agentCount = 1): AgentContext => ({
  role: { name: "r", agentCount, observation: boxSpace([["x", -1, 1]]), action: space },
  maximumEpisodeSteps: 1,
  instances,
  evaluationInstances,
  schemes: [],
  streams: new RngStreams(0)
})

describe("rows of a policy", () => {
  test("batches: training rows as they come, evaluation rows in equal parts of at most 512", () => {
    expect(policyBatches(context(8, 512))).toEqual([8, 512])
    expect(policyBatches(context(8, 8))).toEqual([8])
    expect(policyBatches(context(2, 600, 10))).toEqual([20, 500])
  })

  property.prop([fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 70 })])(
    "any number of rows is answered row by row",
    async (rows) => {
      const given = context(3, 16)
      const twice = (count: number) =>
        program({
          state: {},
          inputs: { observations: [count, 1], noise: [count, 2] },
          build: (_, { observations, noise }) => ({ outputs: { actions: add(mul(observations, 2), noise) } })
        })
      const compiled = await compile(policyPrograms(given, twice), { threads: 1 })
      const policy = new PolicyRows(given, (count) => ({ noise: new Float32Array(2 * count) }))
      const actions = await policy.answer(compiled, Float32Array.from(rows), ({ noise }) => noise.fill(0.5))
      expect(actions).toEqual(Float32Array.from(rows.flatMap((x) => [2 * x + 0.5, 2 * x + 0.5])))
      await compiled.dispose()
    },
    10_000
  )
})

describe("noise on actions", () => {
  test("has the deviation that is asked for, in half widths, and stays inside the bounds", () => {
    const actions = Float32Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0 : 5))
    addGaussianNoise(actions, space, 0.1, new RngStreams(1).get("explore"))
    const deviation = (offset: number, centre: number) =>
      Math.sqrt(actions.reduce((total, a, i) => total + (i % 2 === offset ? (a - centre) ** 2 : 0), 0) / 10_000)
    expect(deviation(0, 0)).toBeCloseTo(0.1, 2)
    expect(deviation(1, 5)).toBeCloseTo(0.5, 1)
    addGaussianNoise(actions, space, 100, new RngStreams(1).get("explore"))
    expect(actions.every((a, i) => (i % 2 === 0 ? Math.abs(a) <= 1 : a >= 0 && a <= 10))).toBe(true)
  })

  test("uniform actions fill the box", () => {
    const actions = uniformActions(20_000, space, new RngStreams(1).get("explore"))
    const large = actions.filter((_, i) => i % 2 === 1)
    expect(Math.min(...large)).toBeLessThan(0.1)
    expect(Math.max(...large)).toBeGreaterThan(9.9)
    expect(large.reduce((total, a) => total + a, 0) / large.length).toBeCloseTo(5, 0)
  })
})

test("a linear decay begins in the middle of the budget and ends at 2%", () => {
  expect([0, 0.5, 0.75, 1].map((progress) => learningRateAt(1, "linear", progress))).toEqual([
    1,
    1,
    expect.closeTo(0.51, 10),
    expect.closeTo(0.02, 10)
  ])
  expect(learningRateAt(0.3, "none", 0.9)).toBe(0.3)
})
