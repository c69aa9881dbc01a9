import process from "node:process"
import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { instantiate, largestError, makeRandom } from "../../test/differentiate.ts"
import { opCases } from "../../test/op-cases.ts"
import { interpret } from "../../test/reference-interpreter.ts"
import { EngineError, ProgramError, ShapeError } from "../errors.ts"
import * as g from "../graph.ts"
import { adamStateShapes, adamW } from "../optim/adam.ts"
import { type Program, program } from "../program.ts"
import { compile } from "./compile.ts"
import type { CompiledPrograms, Programs } from "./engine.ts"
import { compileOnnx } from "./onnx/onnx-engine.ts"
import { findTensorflow } from "./tensorflow/installation.ts"
import { compileTensorflow } from "./tensorflow/tensorflow-engine.ts"

const engines: Readonly<Record<string, (programs: Programs) => Promise<CompiledPrograms>>> = {
  onnx: (programs) => compileOnnx(programs, { threads: 1 }),
  tensorflow: (programs) => compileTensorflow(programs, { threads: 1 }),
  "tensorflow with XLA": (programs) => compileTensorflow(programs, { threads: 1, xla: true })
}

/** TensorFlow is optional: without it its tests are skipped, unless this run is meant to have it. */
const isTested = (engine: string): boolean =>
  engine === "onnx" || findTensorflow().length > 0 || (process.env.CI === "true" && requiresTensorflow)
const requiresTensorflow = process.env.TWINPACT_REQUIRE_TENSORFLOW !== undefined

/** A program with the value and all gradients of a case. */
const programOf = (one: Parameters<typeof instantiate>[0], seed: number) => {
  const { nodes, values, output, parameters, gradients } = instantiate(one, seed)
  const results = {
    output: output.elementType === "float32" ? output : g.cast(output),
    ...Object.fromEntries(gradients.map((node, i) => [`gradient${i}`, node]))
  }
  const expected = interpret(Object.values(results), values)
  // the case's own input nodes are replaced by the program's
  const built: Program = program({
    state: {},
    inputs: Object.fromEntries(
      Object.entries(nodes).map(([name, { shape, elementType }]) => [name, { shape, elementType }])
    ),
    build: (_, inputs) => ({ outputs: rebuildOn(one, inputs, seed, parameters.length) })
  })
  return { built, values, expected: Object.fromEntries(Object.keys(results).map((name, i) => [name, expected[i]])) }
}

const rebuildOn = (
  one: Parameters<typeof instantiate>[0],
  inputs: Readonly<Record<string, g.Operand>>,
  seed: number,
  count: number
) => {
  const again = instantiate(one, seed, inputs as never)
  const output = again.output.elementType === "float32" ? again.output : g.cast(again.output)
  return {
    output,
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`gradient${i}`, again.gradients[i]]))
  }
}

for (const [engine, compile] of Object.entries(engines)) {
  describe.skipIf(!isTested(engine))(`engine ${engine}`, () => {
    for (const [op, cases] of Object.entries(opCases)) {
      test.each(cases.map((one, i) => [i, one] as const))(
        `${op} %d, value and gradients as in float64`,
        async (i, one) => {
          const { built, values, expected } = programOf(one, 100 + i)
          const compiled = await compile({ case: built })
          const found = await compiled.run("case", values)
          for (const [name, value] of Object.entries(expected))
            expect(largestError(found[name], value), name).toBeLessThan(1e-5)
          await compiled.dispose()
        }
      )
    }

    test("programs share one state; what a program does not change stays", async () => {
      const add = program({
        state: { total: [2], calls: [] },
        inputs: { x: [2] },
        build: ({ total, calls }, { x }) => ({
          outputs: { before: total },
          state: { total: g.add(total, x), calls: g.add(calls, 1) }
        })
      })
      const read = program({
        state: { total: [2] },
        inputs: {},
        build: ({ total }) => ({ outputs: { doubled: g.mul(total, 2) } })
      })
      const compiled = await compile({ add, read })
      await compiled.writeState({ total: Float32Array.of(1, 2) })
      const first = await compiled.run("add", { x: Float32Array.of(10, 20) })
      expect([...first.before]).toEqual([1, 2])
      await compiled.run("add", { x: Float32Array.of(10, 20) })
      expect([...(await compiled.run("read", {})).doubled]).toEqual([42, 84])
      expect(await compiled.readState()).toEqual({ total: Float32Array.of(21, 42), calls: Float32Array.of(2) })
      await compiled.dispose()
    })

    test("large state and outputs, too, are replaced run by run", async () => {
      const size = 100_000
      const count = program({
        state: { total: [size] },
        inputs: { x: [size] },
        build: ({ total }, { x }) => ({ outputs: { before: total }, state: { total: g.add(total, x) } })
      })
      const compiled = await compile({ count })
      const x = Float32Array.from({ length: size }, (_, i) => i % 7)
      for (let i = 0; i < 3; i++) {
        const { before } = await compiled.run("count", { x })
        expect([before[0], before[6], before[size - 1]]).toEqual([0, 6 * i, ((size - 1) % 7) * i])
      }
      expect((await compiled.readState()).total).toEqual(x.map((value) => 3 * value))
      await compiled.dispose()
    })

    test("a state tensor can take another's old value", async () => {
      const swap = program({ state: { a: [1], b: [1] }, inputs: {}, build: ({ a, b }) => ({ state: { a: b, b: a } }) })
      const compiled = await compile({ swap })
      await compiled.writeState({ a: Float32Array.of(1), b: Float32Array.of(2) })
      await compiled.run("swap", {})
      expect(await compiled.readState()).toEqual({ a: Float32Array.of(2), b: Float32Array.of(1) })
      await compiled.dispose()
    })

    test("refuses wrong calls with what was expected", async () => {
      const one = program({
        state: { s: [2] },
        inputs: { x: [2], i: { shape: [1], elementType: "int32" } },
        build: ({ s }, { x }) => ({ outputs: { y: g.add(s, x) } })
      })
      const compiled = await compile({ one })
      const x = Float32Array.of(1, 2)
      const i = Int32Array.of(0)
      await expect(async () => compiled.run("two", {})).rejects.toThrow('there is no program "two"; this set has one')
      await expect(async () => compiled.run("one", { x })).rejects.toThrow('input "i" is missing')
      await expect(async () => compiled.run("one", { x: x.subarray(1), i })).rejects.toThrow(
        'input "x" takes 2 values ([2]), found 1'
      )
      await expect(async () => compiled.run("one", { x, i: Float32Array.of(0) })).rejects.toThrow(
        'input "i" takes int32'
      )
      await expect(async () => compiled.run("one", { x, i, z: x })).rejects.toThrow(
        'unknown input "z"; its inputs are x, i'
      )
      await expect(compiled.writeState({ t: x })).rejects.toThrow('there is no state tensor "t"')
      await expect(compiled.writeState({ s: x.subarray(1) })).rejects.toThrow('state tensor "s" is [2], found 1 values')
      await expect(compiled.readState(["t"])).rejects.toThrow(ProgramError)
      await compiled.dispose()
    })

    test("AdamW follows a trace computed by hand", async () => {
      const shapes = { w: [2] }
      const step = program({
        state: { ...shapes, ...adamStateShapes("adam", shapes) },
        inputs: { g: [2], rate: [] },
        build: (state, { g: gradient, rate }) => {
          const { parameters, state: moments } = adamW("adam", { w: state.w }, { w: gradient }, state, rate, {
            weightDecay: 0.1
          })
          return { state: { ...parameters, ...moments } }
        }
      })
      const compiled = await compile({ step })
      const [w, m, v] = [
        [1, -2],
        [0, 0],
        [0, 0]
      ]
      await compiled.writeState({ w: Float32Array.from(w) })
      for (const [t, gradient] of [
        [0.5, -1],
        [0.25, 3],
        [-1, 1e-3]
      ].entries()) {
        await compiled.run("step", { g: Float32Array.from(gradient), rate: Float32Array.of(0.01) })
        for (let i = 0; i < 2; i++) {
          m[i] = 0.9 * m[i] + 0.1 * gradient[i]
          v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2
          w[i] -= 0.01 * 0.1 * w[i]
          w[i] -= (0.01 * (m[i] / (1 - 0.9 ** (t + 1)))) / (Math.sqrt(v[i] / (1 - 0.999 ** (t + 1))) + 1e-8)
        }
        const state = await compiled.readState()
        expect(largestError(state.w, w)).toBeLessThan(1e-6)
      }
      await compiled.dispose()
    })
  })
}

describe("program", () => {
  test("refuses state that changes its shape or was not declared", () => {
    expect(() => program({ state: { s: [2] }, inputs: {}, build: ({ s }) => ({ state: { s: g.sum(s) } }) })).toThrow(
      'state tensor "s": expected [2], found []'
    )
    expect(() => program({ state: {}, inputs: { x: [2] }, build: (_, { x }) => ({ state: { s: x } }) })).toThrow('"s"')
  })

  test("programs of a set must agree on the state", async () => {
    const of = (size: number) => program({ state: { s: [size] }, inputs: {}, build: ({ s }) => ({ state: { s } }) })
    await expect(compileOnnx({ a: of(1), b: of(2) }, { threads: 1 })).rejects.toThrow(
      'program "b": state tensor "s" is [2]'
    )
  })

  test("says which shapes do not fit", () => {
    const [a, b] = [g.input("a", [32, 17]), g.input("b", [16, 64])]
    expect(() => g.matmul(a, b)).toThrow("matmul: inner dimensions differ, [32, 17] x [16, 64]")
    expect(() => g.add(a, b)).toThrow(ShapeError)
    expect(() => g.reshape(a, [3])).toThrow("reshape: [32, 17] has 544 elements, [3] has 3")
    expect(() => g.sum(a, [2])).toThrow("expected different axes of a tensor of rank 2, found [2]")
  })
})

property.prop([fc.nat(10_000)], { numRuns: 15 })("rewrites keep the numbers of random programs", async (seed) => {
  const random = makeRandom(seed)
  const values = {
    a: Float32Array.from({ length: 6 }, random.normal),
    b: Float32Array.from({ length: 6 }, random.normal)
  }
  const grow = (a: g.Operand & object, b: g.Operand & object) => {
    const known = [a, b, g.full([2, 3], 1), g.full([2, 3], 0), g.constant([1, 2, 3], [1, 3])]
    const draw = makeRandom(seed + 1)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(draw.uniform() * items.length)]
    for (let i = 0; i < 12; i++) {
      const [x, y] = [pick(known), pick(known)]
      known.push(
        pick([
          () => g.add(x, y),
          () => g.mul(x, y),
          () => g.sub(x, g.neg(y)),
          () => g.add(x, g.matmul(g.reshape(g.broadcast(y, [2, 3]), [2, 3]), g.full([3, 3], 0.5))),
          () =>
            g.add(
              g.pad(g.sliceAxis(g.broadcast(x, [2, 3]), 1, 0, 1), [0, 0], [0, 2]),
              g.pad(g.sliceAxis(g.broadcast(y, [2, 3]), 1, 1, 2), [0, 1], [0, 0])
            ),
          () => g.transpose(g.transpose(x)),
          () => g.tanh(g.neg(g.neg(x)))
        ])()
      )
    }
    return g.broadcast(known[known.length - 1], [2, 3])
  }
  const plain = grow(g.input("a", [2, 3]), g.input("b", [2, 3]))
  const built = program({
    state: {},
    inputs: { a: [2, 3], b: [2, 3] },
    build: (_, { a, b }) => ({ outputs: { y: grow(a, b) } })
  })
  const compiled = await compileOnnx({ built }, { threads: 1 })
  const found = await compiled.run("built", values)
  expect(largestError(found.y, interpret([plain], values)[0])).toBeLessThan(1e-5)
  await compiled.dispose()
})

describe("compile", () => {
  const programs = {
    one: program({ state: {}, inputs: { x: [1] }, build: (_, { x }) => ({ outputs: { y: g.exp(x) } }) })
  }

  test("names engines and devices that do not exist", () => {
    expect(() => compile(programs, { engine: "torch" as never, threads: 1 })).toThrow(
      "the engines are onnx and tensorflow"
    )
    expect(() => compile(programs, { engine: "tensorflow", device: "webgpu", threads: 1 })).toThrow(
      'has no device "webgpu"'
    )
    expect(() => compile(programs, { engine: "onnx", xla: true, threads: 1 })).toThrow(EngineError)
  })

  test("says what to do where the GPU or its library is missing", async () => {
    const attempt = compile(programs, { engine: "onnx", device: "cuda", threads: 1 })
    await attempt.then(
      (compiled) => compiled.dispose(), // a machine that has it
      (error: EngineError) => {
        expect(error).toBeInstanceOf(EngineError)
        expect(error.remedy).toContain("ONNXRUNTIME_NODE_INSTALL=cuda12")
      }
    )
  })
})
