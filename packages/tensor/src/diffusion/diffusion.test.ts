import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { largestError, makeRandom } from "../../test/differentiate.ts"
import chainGradients from "../../test/fixtures/chain-gradients.json" with { type: "json" }
import { interpret } from "../../test/reference-interpreter.ts"
import { ShapeError } from "../errors.ts"
import { gradient } from "../gradient.ts"
import * as g from "../graph.ts"
import { mish } from "../nn/activations.ts"
import type { Node } from "../node.ts"
import { denoisePlainly, denoiserShapes, denoiserWidths, makeDenoiser } from "./denoiser.ts"
import { noisePredictionLoss, qSample } from "./noise-prediction-loss.ts"
import { predictX0, reverseChain } from "./reverse-chain.ts"
import { type BetaSchedule, makeSchedule, posteriorMean } from "./schedule.ts"

const round = (values: ArrayLike<number>, digits = 4) => Array.from(values, (x) => Number(x.toFixed(digits)))
const NAMES: readonly BetaSchedule[] = ["vp", "linear", "linear-rescaled", "cosine"]

describe("schedules", () => {
  test("six steps, the published vectors to four digits", () => {
    const vp = makeSchedule("vp", 6)
    expect(round(vp.betas)).toEqual([0.1429, 0.3489, 0.5055, 0.6244, 0.7147, 0.7833])
    expect(round(vp.alphasCumprod.subarray(1))).toEqual([0.8571, 0.558, 0.276, 0.1037, 0.0296, 0.0064])
    expect(round(makeSchedule("linear", 6).alphasCumprod.subarray(1))).toEqual([
      0.9999, 0.9958, 0.9878, 0.9759, 0.9603, 0.9411
    ])
    const cosine = makeSchedule("cosine", 6)
    expect(round(cosine.betas)).toEqual([0.0721, 0.1994, 0.3352, 0.501, 0.7323, 0.999])
    expect(round(cosine.alphasCumprod.subarray(1))).toEqual([0.9279, 0.7429, 0.4938, 0.2464, 0.066, 0.0001])
  })

  property.prop([fc.constantFrom(...NAMES), fc.integer({ min: 2, max: 50 })])(
    "levels fall from 1, variances fit",
    (name, steps) => {
      const { betas, alphasCumprod, posteriorVariances } = makeSchedule(name, steps)
      expect(alphasCumprod[0]).toBe(1)
      expect(posteriorVariances[0]).toBe(0)
      for (let k = 1; k <= steps; k++) {
        expect(alphasCumprod[k]).toBeLessThan(alphasCumprod[k - 1])
        expect(alphasCumprod[k]).toBeGreaterThan(0)
        expect(posteriorVariances[k - 1]).toBeLessThanOrEqual(betas[k - 1])
      }
    }
  )

  test("linear-rescaled ends where vp ends; linear schedules need two steps", () => {
    for (const steps of [2, 6, 20]) {
      const [own, vp] = [makeSchedule("linear-rescaled", steps), makeSchedule("vp", steps)]
      expect(own.alphasCumprod[steps] / vp.alphasCumprod[steps]).toBeCloseTo(1, 9)
    }
    expect(() => makeSchedule("linear", 1)).toThrow(ShapeError)
    expect(makeSchedule("vp", 1).betas.length).toBe(1)
  })
})

describe("reverse chain", () => {
  test("the posterior mean without clipping is the usual one: (x - beta / sqrt(1 - abar) epsilon) / sqrt(alpha)", () => {
    for (const name of NAMES) {
      const schedule = makeSchedule(name, 6)
      for (let k = 1; k <= 6; k++) {
        const [beta, level] = [schedule.betas[k - 1], schedule.alphasCumprod[k]]
        const { ofX0, ofXk } = posteriorMean(schedule, k)
        for (const [x, epsilon] of [
          [0.3, -1.2],
          [-2, 0.7]
        ]) {
          const x0 = x / Math.sqrt(level) - Math.sqrt(1 / level - 1) * epsilon
          const usual = (x - (beta / Math.sqrt(1 - level)) * epsilon) / Math.sqrt(1 - beta)
          expect(Math.abs(ofX0 * x0 + ofXk * x - usual)).toBeLessThan(1e-12 * Math.max(1, Math.abs(usual)))
        }
      }
    }
  })

  test("a denoiser that knows the answer is followed exactly", () => {
    const schedule = makeSchedule("vp", 6)
    const answer = g.constant([0.25, -0.75, 0.5, 1], [2, 2])
    const oracle = (xk: Node, k: number) => {
      const level = schedule.alphasCumprod[k]
      return g.div(g.sub(xk, g.mul(answer, Math.sqrt(level))), Math.sqrt(1 - level))
    }
    const random = makeRandom(3)
    const noise = g.constant(Float32Array.from({ length: 24 }, random.normal), [6, 2, 2])
    for (const variance of ["posterior", "beta"] as const) {
      const [found] = interpret([reverseChain(oracle, noise, { schedule, variance })], {})
      expect(largestError(found, [0.25, -0.75, 0.5, 1])).toBeLessThan(1e-6)
    }
  })

  const widths = denoiserWidths(3, 2, 8)
  const shapes = denoiserShapes("actor", widths)
  const parameters = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape)]))
  const values = (seed: number) => {
    const random = makeRandom(seed)
    return Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() / Math.sqrt(shape[0]))
      ])
    )
  }
  const states = g.constant(Float32Array.from({ length: 15 }, makeRandom(5).normal), [5, 3])
  const noise = g.constant(Float32Array.from({ length: 60 }, makeRandom(6).normal), [6, 5, 2])
  const schedule = makeSchedule("vp", 6)

  test("what is computed once per chain changes neither values nor gradients", () => {
    const shared = reverseChain(makeDenoiser(parameters, "actor", states, 6, mish), noise, { schedule })
    const plain = reverseChain((xk, k) => denoisePlainly(parameters, "actor", states, xk, k, mish), noise, { schedule })
    const all = (actions: Node) => [actions, ...gradient(g.sum(g.square(actions)), Object.values(parameters))]
    const [first, second] = [shared, plain].map((actions) => interpret(all(actions), values(1)))
    first.forEach((value, i) => {
      expect(largestError(value, second[i])).toBeLessThan(1e-9)
    })
  })

  test("the gradient of the whole chain agrees with central differences where nothing is clipped", () => {
    const small = Object.fromEntries(
      Object.entries(values(2)).map(([name, array]) => [name, array.map((x) => x * 0.1)])
    )
    const target = g.full([5, 2], 0.4)
    const chain = reverseChain(makeDenoiser(parameters, "actor", states, 6, mish), g.mul(noise, 0.01), {
      schedule,
      clipGradient: "zero"
    })
    const loss = g.sum(g.square(g.sub(chain, target)))
    const name = "actor.trunk.1.weight"
    const [found] = interpret(gradient(loss, [parameters[name]]), small)
    for (const at of [0, 17, 63]) {
      const shifted = (by: number) => {
        const changed = small[name].slice()
        changed[at] += by
        return interpret([loss], { ...small, [name]: changed })[0][0]
      }
      expect(Math.abs((shifted(1e-5) - shifted(-1e-5)) / 2e-5 - found[at])).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(found[at]))
      )
    }
  })
})

describe("golden gradients of the whole chain with inward clips (PyTorch, float64)", () => {
  test("agree to 1e-10", () => {
    const golden = chainGradients as unknown as Golden
    const widths = denoiserWidths(3, 2, 8)
    const names = Object.keys(denoiserShapes("actor", widths))
    const shapes = denoiserShapes("actor", widths)
    const parameters = Object.fromEntries(names.map((name) => [name, g.input(name, shapes[name])]))
    const [states, noise, weights] = [
      g.input("states", [5, 3]),
      g.input("noise", [6, 5, 2]),
      g.input("weights", [5, 2])
    ]
    const schedule = makeSchedule("vp", 6)
    const actions = reverseChain(makeDenoiser(parameters, "actor", states, 6, mish), noise, { schedule })
    const gradients = gradient(g.sum(g.mul(actions, weights)), Object.values(parameters))
    const { states: s, noise: n, weights: w } = golden
    const found = interpret([actions, ...gradients], { ...golden.parameters, states: s, noise: n, weights: w })
    expect(golden.saturated).toBeGreaterThan(10) // clips are really at work
    expect(largestError(found[0], golden.actions)).toBeLessThan(1e-10)
    names.forEach((name, i) => {
      expect(largestError(found[i + 1], golden.gradients[name]), name).toBeLessThan(1e-10)
    })
  })
})

interface Golden {
  readonly saturated: number
  readonly states: readonly number[]
  readonly noise: readonly number[]
  readonly weights: readonly number[]
  readonly actions: readonly number[]
  readonly parameters: Readonly<Record<string, readonly number[]>>
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

describe("forward noising", () => {
  test("q_sample by hand, one level per row", () => {
    const schedule = makeSchedule("vp", 6)
    const levels = g.input("levels", [2], "int32")
    const noised = qSample(schedule, g.constant([1, -1], [2, 1]), levels, g.constant([0.5, 2], [2, 1]))
    const expected = [
      [1, 0.5, 0],
      [-1, 2, 5]
    ].map(([x0, epsilon, level]) => {
      const abar = schedule.alphasCumprod[level + 1]
      return Math.sqrt(abar) * x0 + Math.sqrt(1 - abar) * epsilon
    })
    expect(largestError(interpret([noised], { levels: [0, 5] })[0], expected)).toBeLessThan(1e-7)
  })

  test("the loss of a perfect prediction is zero, and predictX0 undoes the noising", () => {
    const schedule = makeSchedule("cosine", 4)
    const [x0, epsilon] = [g.constant([0.3, -0.6], [2, 1]), g.constant([1.1, -0.4], [2, 1])]
    const levels = g.constant(Int32Array.of(2, 2), [2])
    const loss = noisePredictionLoss(schedule, () => epsilon, x0, levels, epsilon)
    const restored = predictX0(schedule, qSample(schedule, x0, levels, epsilon), epsilon, 3)
    const [lossValue, x] = interpret([loss, restored], {})
    expect(lossValue[0]).toBe(0)
    expect(largestError(x, [0.3, -0.6])).toBeLessThan(1e-6)
  })
})
