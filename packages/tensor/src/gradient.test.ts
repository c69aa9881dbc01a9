import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { differences, instantiate, largestError } from "../test/differentiate.ts"
import { opCases } from "../test/op-cases.ts"
import { interpret } from "../test/reference-interpreter.ts"
import { ShapeError } from "./errors.ts"
import { gradient } from "./gradient.ts"
import * as g from "./graph.ts"
import { layerNorm, logSumExp, mish, silu, softmax, softplus } from "./index.ts"
import { gaussianLogDensity, huber, squaredError } from "./nn/losses.ts"
import type { Node } from "./node.ts"

describe("every vjp against central differences", () => {
  for (const [op, cases] of Object.entries(opCases)) {
    test.each(cases.map((one, i) => [i, one] as const))(`${op} %d`, (i, one) => {
      const { loss, parameters, gradients, values } = instantiate(one, 100 + i)
      const found = interpret(gradients, values)
      const expected =
        one.isDifferentiable === false
          ? parameters.map(({ shape }) => new Float64Array(g.full(shape, 0).shape.reduce((a, b) => a * b, 1)))
          : differences(loss, parameters, values)
      for (const [j, values] of found.entries()) expect(largestError(values, expected[j])).toBeLessThan(1e-6)
    })
  }
})

const compositions: Readonly<Record<string, (x: Node) => Node>> = {
  mish,
  silu,
  softplus,
  logSumExp: (x) => logSumExp(x, 1),
  softmax: (x) => softmax(x, 1),
  layerNorm: (x) => layerNorm(x, g.constant([1, 2, 3, 4], [4]), g.constant([4, 3, 2, 1], [4])),
  squaredError: (x) => squaredError(x, g.full(x.shape, 0.3)),
  huber: (x) => huber(x, g.full(x.shape, 0.3), 0.5),
  gaussianLogDensity: (x) => gaussianLogDensity(x, g.mul(x, 0.3))
}

describe("compositions against central differences", () => {
  test.each(Object.entries(compositions))("%s", (_, build) => {
    const { loss, parameters, gradients, values } = instantiate(
      { inputs: { x: { shape: [3, 4], low: -3, high: 3 } }, build: ({ x }) => build(x) },
      7
    )
    expect(largestError(interpret(gradients, values)[0], differences(loss, parameters, values)[0])).toBeLessThan(1e-6)
  })

  test("mish, silu and softplus by hand, also far from 0", () => {
    const x = [-80, -20, -1, 0, 0.5, 1, 20, 80]
    const node = g.constant(x, [8])
    const f32 = x.map(Math.fround)
    const formulas: [Node, (x: number) => number][] = [
      [mish(node), (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
      [silu(node), (x) => x / (1 + Math.exp(-x))],
      [softplus(node), (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))]
    ]
    for (const [y, f] of formulas) expect(largestError(interpret([y], {})[0], f32.map(f))).toBeLessThan(1e-12)
  })

  test("gaussian log-density by hand: N(1; 0, 2^2) at z = 0.5", () => {
    const density = gaussianLogDensity(g.constant([0.5], [1, 1]), g.constant([Math.log(2)], [1, 1]))
    expect(interpret([density], {})[0][0]).toBeCloseTo(-0.125 - Math.log(2) - 0.5 * Math.log(2 * Math.PI), 6)
  })
})

describe("clip rules", () => {
  const slope = (x: number, cotangent: number, rule: "zero" | "inward") => {
    const node = g.input("x", [])
    return interpret(gradient(g.mul(g.clip(node, -1, 1, rule), cotangent), [node]), { x: [x] })[0][0]
  }

  test.each([
    // [x, g, zero, inward]: inward lets g through where the descent step x - g leads back inside
    [0.5, 2, 2, 2],
    [0.5, -2, -2, -2],
    [1.5, 2, 0, 2],
    [1.5, -2, 0, 0],
    [-1.5, 2, 0, 0],
    [-1.5, -2, 0, -2],
    [1, 2, 2, 2],
    [-1, 2, 2, 2]
  ])("at x = %d with cotangent %d", (x, cotangent, zero, inward) => {
    expect(slope(x, cotangent, "zero") + 0).toBe(zero)
    expect(slope(x, cotangent, "inward") + 0).toBe(inward)
  })

  test("inward sees the sum of all cotangents, not each of them", () => {
    const x = g.input("x", [])
    const y = g.clip(x, -1, 1, "inward")
    const loss = g.add(g.mul(y, 3), g.mul(y, -2))
    expect(interpret(gradient(loss, [x]), { x: [1.5] })[0][0]).toBe(1)
  })
})

test("minimum and maximum share the cotangent at equality", () => {
  const [a, b] = [g.input("a", []), g.input("b", [])]
  for (const op of [g.minimum, g.maximum]) {
    expect(interpret(gradient(op(a, b), [a, b]), { a: [2], b: [2] }).map(([x]) => x)).toEqual([0.5, 0.5])
  }
})

test("a parameter that the loss does not reach has gradient zero; a loss must be a scalar", () => {
  const [a, b] = [g.input("a", [2]), g.input("b", [3])]
  expect([...interpret(gradient(g.sum(a), [b]), { a: [1, 2], b: [1, 2, 3] })[0]]).toEqual([0, 0, 0])
  expect(() => gradient(a, [a])).toThrow(ShapeError)
})

const unaryOps = [g.neg, g.tanh, g.sigmoid, g.square, mish, softplus, (x: Node) => g.exp(g.mul(x, 0.3))]
const binaryOps = [
  g.add,
  g.sub,
  g.mul,
  (a: Node, b: Node) => g.matmul(a, b, { transposeB: true }),
  (a: Node, b: Node) => g.div(a, g.add(g.square(b), 1))
]

property.prop([fc.array(fc.tuple(fc.nat(11), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 8 }), fc.nat(1000)], {
  numRuns: 40
})("random small graphs agree with central differences", (steps, seed) => {
  const { loss, parameters, gradients, values } = instantiate(
    {
      inputs: { a: { shape: [3, 3], low: -0.8, high: 0.8 }, b: { shape: [3, 3], low: -0.8, high: 0.8 } },
      build: ({ a, b }) => {
        const known = [a, b]
        for (const [op, first, second] of steps) {
          const [x, y] = [known[first % known.length], known[second % known.length]]
          known.push(op < unaryOps.length ? unaryOps[op](x) : binaryOps[op - unaryOps.length](x, y))
        }
        return g.tanh(known[known.length - 1])
      }
    },
    seed
  )
  const expected = differences(loss, parameters, values)
  for (const [i, found] of interpret(gradients, values).entries()) {
    expect(largestError(found, expected[i])).toBeLessThan(1e-5)
  }
})
