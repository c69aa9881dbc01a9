import { EnvironmentError, RngStreams } from "@twinpact/core"
import { describeEnvironment } from "@twinpact/core/testing"
import { describe, expect, test } from "vitest"
import { contractSettings } from "../../test/contract-settings.ts"
import { ContractEnvironment } from "./contract-environment.ts"
import { contractEnvironment } from "./definition.ts"

describeEnvironment(contractEnvironment)
describeEnvironment(contractEnvironment, { typeCount: 5, decoder: "box", reward: "penalty", episodeSteps: 4 })
describeEnvironment(contractEnvironment, {
  decoder: "state",
  integerTypes: true,
  devices: { response: "bounded-rational" }
})
describeEnvironment(contractEnvironment, {
  decoder: "feasible-sizes",
  devices: { response: "dishonest", population: "drawn" }
})
describeEnvironment(contractEnvironment, { typeCount: 3, episodeSteps: 3, devices: { response: "learned" } })

const environmentOf = (config: Readonly<Record<string, unknown>> = {}) =>
  new ContractEnvironment(contractSettings(config))

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length

describe("the scores of 20,000 instances of the paper's distribution", () => {
  const environment = environmentOf()
  const set = environment.evaluationSet(12345, 20_000)
  environment.reset({ evaluation: set })
  const play = (scheme: string, options: Record<string, number> = {}) => {
    const [{ scores, measurements }] = environment.step({ scheme, options })
    const ratioOfMeans = mean(measurements.serverUtility) / mean(set.references)
    return { ratioOfMeans, score: mean(scores!), measurements }
  }

  test.each([
    ["first-best", {}, 1.071, 1.074],
    ["second-best", {}, 1, 1],
    ["second-best", { margin: 0.02 }, 0.964, 0.967],
    ["pooled", {}, 0.535, 0.588],
    ["top-type-only", {}, 0.804, 0.729]
  ] as const)("%s %o", (scheme, options, ratioOfMeans, score) => {
    const found = play(scheme, options)
    expect(Math.abs(found.ratioOfMeans / ratioOfMeans - 1)).toBeLessThan(0.02)
    expect(Math.abs(found.score / score - 1)).toBeLessThan(0.02)
  })

  test("means of the optimum and of uniform feasible actions", () => {
    expect(Math.abs(mean(set.references) / 4478 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(play("second-best").measurements.deviceUtility) / 2404 - 1)).toBeLessThan(0.02)
    const actions = new Float32Array(20_000 * 4)
    new RngStreams(1).get("actions").fillUniform(actions, -1, 1)
    const [{ scores, measurements }] = environment.step(actions)
    expect(Math.abs(mean(scores!) / 0.358 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(measurements.serverUtility) / mean(set.references) / 0.329 - 1)).toBeLessThan(0.02)
    expect(mean(measurements.irViolation) + mean(measurements.icViolation)).toBe(0)
  })
})

describe("contract", () => {
  test("an evaluation set of any size begins with the same instances", () => {
    const environment = environmentOf({ typeCount: 7 })
    const small = environment.evaluationSet(5, 10).references
    expect(environment.evaluationSet(5, 100).references.subarray(0, 10)).toEqual(small)
    expect(environment.evaluationSet(6, 10).references).not.toEqual(small)
  })

  test("instances are the same whatever the devices do", () => {
    const streams = () => new RngStreams(3)
    const [plain, drawn] = [environmentOf(), environmentOf({ devices: { population: "drawn" } })]
    plain.reset({ instances: 4, streams: streams() })
    drawn.reset({ instances: 4, streams: streams() })
    for (const environment of [plain, drawn]) environment.step({ scheme: "pooled", options: {} })
    expect(drawn.observe()).toEqual(plain.observe())
  })

  test("a drifting episode is scored by the optimum of every round, and ends truncated", () => {
    const environment = environmentOf({ episodeSteps: 3 })
    environment.reset({ evaluation: environment.evaluationSet(1, 50) })
    const first = environment.observe().slice()
    for (let step = 1; step <= 3; step++) {
      const [outcome] = environment.step({ scheme: "second-best", options: {} })
      expect(mean(outcome.scores!)).toBeGreaterThan(0.999)
      expect(mean(outcome.truncated)).toBe(step === 3 ? 1 : 0)
      expect(mean(outcome.terminated)).toBe(0)
      if (step === 3) expect(outcome.finalObservations).not.toEqual(first)
      else expect(environment.observe()).not.toEqual(first)
    }
    expect(environment.observe()).toEqual(first)
  })

  test("has no score where nothing can be earned", () => {
    const environment = environmentOf({ fixedCost: 1e9 })
    environment.reset({ evaluation: environment.evaluationSet(1, 3) })
    const [{ scores }] = environment.step(new Float32Array(12))
    expect(scores!.every(Number.isNaN)).toBe(true)
  })

  test("has no scores in training", () => {
    const environment = environmentOf()
    environment.reset({ instances: 2, streams: new RngStreams(1) })
    expect(environment.step(new Float32Array(8))[0]).toMatchObject({ scores: null, measurements: {} })
  })

  test("refuses what it cannot play", () => {
    const environment = environmentOf()
    expect(() => environment.observe()).toThrow(EnvironmentError)
    expect(() => environment.reset({ instances: 0, streams: new RngStreams(1) })).toThrow(EnvironmentError)
    expect(() => environment.evaluationSet(1, 0)).toThrow(EnvironmentError)
    const references = new Float64Array(1)
    expect(() => environment.reset({ evaluation: { seed: 1, size: 2, references } })).toThrow(EnvironmentError)
    environment.reset({ instances: 2, streams: new RngStreams(1) })
    expect(() => environment.step(new Float32Array(4))).toThrow("expected a move of 8 numbers")
    expect(() => environment.step(new Float32Array(8).fill(NaN))).toThrow("NaN")
    expect(() => environment.step({ scheme: "third-best", options: {} })).toThrow("second-best")
    expect(() => environment.step({ scheme: "pooled", options: { margin: 1 } })).toThrow("margin")
    expect(() => environment.step({ scheme: "second-best", options: { margin: 2 } })).toThrow("[0, 1]")
  })
})
