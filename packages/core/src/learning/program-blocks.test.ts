import { compile, constant, input, mul, type Node, program, scalar, sum } from "@twinpact/tensor"
import { describe, expect, test } from "vitest"
import { RngStreams } from "../random/rng-streams.ts"
import { boxSpace } from "../space.ts"
import { fromUnitBox, scaleObservations, toUnitBox } from "./box-scaling.ts"
import {
  adaptEntropyCoefficient,
  entropyCoefficient,
  entropyCoefficientShapes,
  initialEntropyCoefficient
} from "./entropy-coefficient.ts"
import { squashedGaussian } from "./squashed-gaussian.ts"
import { criticLoss, smallest, valueTarget } from "./temporal-difference.ts"
import { averageTargets, descend, initialNetworkState, networkStateShapes } from "./trained-network.ts"

const dot = (x: Node, weights: readonly number[]): Node => sum(mul(x, constant(weights, [weights.length])))

type Nodes = Readonly<Record<string, Node>>

/** Runs a graph of named inputs once. */
const evaluate = async (inputs: Readonly<Record<string, readonly number[][]>>, build: (nodes: Nodes) => Nodes) => {
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, rows]) => [name, [rows.length, rows[0].length]]))
  const compiled = await compile(
    { only: program({ state: {}, inputs: shapes, build: (_, nodes) => ({ outputs: build(nodes as Nodes) }) }) },
    { threads: 1 }
  )
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, rows]) => [name, Float32Array.from(rows.flat())])
  )
  const outputs = structuredClone(await compiled.run("only", values))
  await compiled.dispose()
  return outputs
}

describe("squashed Gaussian", () => {
  const inputs = {
    mean: [
      [0.3, -2],
      [6, 0]
    ],
    logDeviation: [
      [-1, 0.5],
      [0, -3]
    ],
    noise: [
      [0.7, -0.2],
      [1.5, 0]
    ]
  }

  test("agrees with the density of a transformed variable, written out in double precision", async () => {
    const { actions, logDensity } = await evaluate(inputs, ({ mean, logDeviation, noise }) => ({
      ...squashedGaussian(mean, logDeviation, noise)
    }))
    inputs.mean.forEach((row, i) => {
      let expected = 0
      row.forEach((mu, j) => {
        const sigma = Math.exp(inputs.logDeviation[i][j])
        const x = mu + sigma * inputs.noise[i][j]
        expect(actions[2 * i + j]).toBeCloseTo(Math.tanh(x), 6)
        const gaussian = -((x - mu) ** 2) / (2 * sigma ** 2) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI)
        expected += gaussian + 2 * Math.log(Math.cosh(x)) // -log(1 - tanh^2 x)
      })
      expect(Math.abs(logDensity[i] - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)))
    })
  })

  test("reaches the bounds where it is scaled, and its density stays", async () => {
    const density = (scale: number) =>
      evaluate(inputs, ({ mean, logDeviation, noise }) => ({ ...squashedGaussian(mean, logDeviation, noise, scale) }))
    const [plain, scaled] = [await density(1), await density(1.05)]
    expect(scaled.logDensity).toEqual(plain.logDensity)
    expect(scaled.actions[2]).toBe(1)
    expect(scaled.actions[0]).toBeCloseTo(1.05 * plain.actions[0], 6)
  })
})

describe("boxes", () => {
  const space = boxSpace([
    ["a", -3, 5],
    ["constant", 2, 2],
    ["unbounded", -Infinity, Infinity]
  ])

  test("bounds go to -1 and 1 and back; constant and unbounded components stay", async () => {
    const rows = [
      [-3, 2, 7],
      [5, 2, -1],
      [1, 2, 0]
    ]
    const { unit, back } = await evaluate({ rows }, (nodes) => {
      const scaled = toUnitBox(nodes.rows, space)
      return { unit: scaled, back: fromUnitBox(scaled, space) }
    })
    expect([...unit]).toEqual([-1, 2, 7, 1, 2, -1, 0, 2, 0])
    expect([...back]).toEqual(rows.flat())
  })

  test("observations that are trusted are not touched", () => {
    const observations = input("observations", [2, 3])
    expect(scaleObservations(observations, space, "none")).toBe(observations)
    expect(
      toUnitBox(
        observations,
        boxSpace([
          ["u", -1, 1],
          ["v", -1, 1],
          ["w", -1, 1]
        ])
      )
    ).toBe(observations)
  })
})

test("targets and losses of critics by hand", async () => {
  const { target, loss, least } = await evaluate(
    { rewards: [[1], [2]], continues: [[1], [0]], next: [[10], [20]], q1: [[3], [2]], q2: [[6], [1]] },
    ({ rewards, continues, next, q1, q2 }) => {
      const y = valueTarget(rewards, continues, next, 0.5)
      return { target: y, loss: criticLoss([q1, q2], y), least: smallest([q1, q2]) }
    }
  )
  expect([...target]).toEqual([6, 2])
  expect(loss[0]).toBeCloseTo((9 + 0) / 2 + (0 + 1) / 2, 6)
  expect([...least]).toEqual([3, 1])
})

describe("trained networks", () => {
  const network = { name: "line", shapes: { "q.0.weight": [2, 1], "q.0.bias": [1] }, hasTarget: true }

  test("start with the same target, and no moments", () => {
    const state = initialNetworkState(network, new RngStreams(1).get("init"))
    expect(Object.keys(state).sort()).toEqual(Object.keys(networkStateShapes(network)).sort())
    expect(state["target.line"]).toEqual(state.line)
    expect(state["adam.line.m.line"]).toEqual(new Float32Array(3))
    expect(state.line.every((value) => Math.abs(value) < 1 / Math.sqrt(2))).toBe(true)
  })

  test("one step of AdamW and Polyak averaging by hand; a later loss does not see the step", async () => {
    const step = program({
      state: networkStateShapes(network),
      inputs: {},
      build: (state) => {
        const loss = dot(state.line, [2, -4, 0])
        const first = descend(network, loss, state, scalar(0.1), { weightDecay: 0.5 })
        const seen = descend({ ...network, name: "line" }, dot(first.parameters, [1, 1, 1]), state, scalar(0.1))
        return {
          outputs: { slope: first.gradient, later: seen.gradient },
          state: { ...first.state, ...averageTargets([network], state, { line: first.parameters }, 0.25) }
        }
      }
    })
    const compiled = await compile({ step }, { threads: 1 })
    const start = Float32Array.of(1, 2, 3)
    const zeros = Object.fromEntries(
      Object.entries(networkStateShapes(network)).map(([name, [size = 1]]) => [name, new Float32Array(size)])
    )
    await compiled.writeState({ ...zeros, line: start, "target.line": start })
    const { slope, later } = await compiled.run("step", {})
    expect([...slope]).toEqual([2, -4, 0])
    expect([...later]).toEqual([0, 0, 0])
    const state = await compiled.readState()
    // first step of Adam: rate times the sign of the gradient, after decay by 1 - rate decay
    const expected = [0.95 * 1 - 0.1, 0.95 * 2 + 0.1, 0.95 * 3]
    for (const [i, value] of expected.entries()) {
      expect(state.line[i]).toBeCloseTo(value, 5)
      expect(state["target.line"][i]).toBeCloseTo(0.75 * start[i] + 0.25 * value, 5)
    }
    await compiled.dispose()
  })
})

test("the entropy coefficient grows while the entropy is below its target, and shrinks above", async () => {
  const adapt = program({
    state: entropyCoefficientShapes,
    inputs: { logDensity: [2, 1] },
    build: (state, { logDensity }) => ({
      outputs: { coefficient: entropyCoefficient(state) },
      state: adaptEntropyCoefficient(state, logDensity, -1, 0.01)
    })
  })
  const compiled = await compile({ adapt }, { threads: 1 })
  for (const [logDensity, sign] of [
    [3, 1],
    [-3, -1]
  ]) {
    await compiled.writeState(initialEntropyCoefficient(0.2))
    const { coefficient } = await compiled.run("adapt", { logDensity: Float32Array.of(logDensity, logDensity) })
    expect(coefficient[0]).toBeCloseTo(0.2, 6)
    const state = await compiled.readState(["logEntropyCoefficient"])
    expect(state.logEntropyCoefficient[0]).toBeCloseTo(Math.log(0.2) + sign * 0.01, 5)
  }
  await compiled.dispose()
})
