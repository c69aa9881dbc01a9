import { describe, expect, test } from "vitest"
import { diffusionUpdate, type UpdateSizes } from "../bench/diffusion-update-program.ts"
import type { CompiledPrograms, Programs } from "../src/engine/engine.ts"
import { compileOnnx } from "../src/engine/onnx/onnx-engine.ts"
import { findTensorflow } from "../src/engine/tensorflow/installation.ts"
import { compileTensorflow } from "../src/engine/tensorflow/tensorflow-engine.ts"
import { mish } from "../src/nn/activations.ts"
import type { Program } from "../src/program.ts"
import { type Shape, sizeOf } from "../src/shape.ts"
import { largestError, makeRandom } from "./differentiate.ts"

const SIZES: UpdateSizes = { batch: 16, width: 8, state: 9, action: 4, denoisingSteps: 3 }
const UPDATES = 3

/** Outputs of every update and the state after the last one; all numbers come from one seed. */
const train = async (update: Program, compile: (programs: Programs) => Promise<CompiledPrograms>) => {
  const random = makeRandom(11)
  const draw = (shape: Shape, scale: number) =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal() * scale)
  const compiled = await compile({ update })
  const state = Object.entries(update.state).filter(([name]) => !name.startsWith("adam."))
  await compiled.writeState(Object.fromEntries(state.map(([name, shape]) => [name, draw(shape, 0.3)])))
  const outputs: Record<string, Float32Array>[] = []
  for (let i = 0; i < UPDATES; i++) {
    const inputs = Object.entries(update.inputs).map(([name, { shape }]) => [name, draw(shape, 1)] as const)
    const results = await compiled.run("update", Object.fromEntries(inputs))
    outputs.push(Object.fromEntries(Object.entries(results).map(([name, values]) => [name, values.slice()])))
  }
  const after = await compiled.readState()
  await compiled.dispose()
  return { outputs, after }
}

const expectAgreement = (found: Readonly<Record<string, Float32Array>>, expected: typeof found): void => {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [name, values] of Object.entries(expected)) {
    expect(largestError(found[name], values), name).toBeLessThan(1e-4)
  }
}

describe.skipIf(findTensorflow().length === 0)("ONNX Runtime and TensorFlow", () => {
  test.each([
    ["general", true, false],
    ["with XLA", true, true],
    ["of one-step episodes", false, false]
  ] as const)("agree on a whole diffusion update, %s", async (_, hasTargets, xla) => {
    const update = diffusionUpdate(SIZES, mish, hasTargets)
    const onnx = await train(update, (programs) => compileOnnx(programs, { threads: 1 }))
    const tensorflow = await train(update, (programs) => compileTensorflow(programs, { threads: 1, xla }))
    onnx.outputs.forEach((expected, i) => {
      expectAgreement(tensorflow.outputs[i], expected)
    })
    expectAgreement(tensorflow.after, onnx.after)
  })
})
