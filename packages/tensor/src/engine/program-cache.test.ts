import { expect, test } from "vitest"
import * as g from "../graph.ts"
import { program } from "../program.ts"
import { compileOnnx } from "./onnx/onnx-engine.ts"
import { moveState, ProgramCache } from "./program-cache.ts"

const layers = (width: number) => ({
  forward: program({
    state: { first: [2, width], second: [width, 1], bias: [1] },
    inputs: { x: [1, 2] },
    build: ({ first, second, bias }, { x }) => ({ outputs: { y: g.affine(g.matmul(x, first), second, bias) } })
  })
})

test("a smaller network keeps the state that did not change, and sets are reused by key", async () => {
  let compilations = 0
  const cache = new ProgramCache((programs) => {
    compilations += 1
    return compileOnnx(programs, { threads: 1 })
  }, 2)
  const x = Float32Array.of(1, 1)
  const wide = await cache.take("3", () => layers(3))
  await wide.writeState({
    first: Float32Array.of(1, 2, 3, 1, 2, 3),
    second: Float32Array.of(1, 10, 100),
    bias: Float32Array.of(5)
  })
  expect((await wide.run("forward", { x })).y[0]).toBe(2 + 40 + 600 + 5)
  const narrow = await cache.take("2", () => layers(2))
  // the middle neuron leaves
  await moveState(wide, narrow, { first: Float32Array.of(1, 3, 1, 3), second: Float32Array.of(1, 100) })
  expect((await narrow.run("forward", { x })).y[0]).toBe(2 + 600 + 5)
  await cache.giveBack("3", wide)
  await cache.giveBack("2", narrow)
  expect(await cache.take("3", () => layers(3))).toBe(wide)
  expect(compilations).toBe(2)
  await expect(moveState(wide, narrow, { first: Float32Array.of(1) })).rejects.toThrow(
    'state tensor "first" has 4 values at its new shape, found 1'
  )
  await wide.dispose()
  await cache.dispose()
})
