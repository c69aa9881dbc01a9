import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { describe, expect, test } from "vitest"
import { ProgramError } from "../../errors.ts"
import { exportOnnx } from "../../export/onnx-file.ts"
import * as g from "../../graph.ts"
import { mish } from "../../nn/activations.ts"
import { program } from "../../program.ts"

describe("onnx files", () => {
  const policy = program({
    state: { weight: [2, 3], unused: [5] },
    inputs: { observations: [1, 2], noise: [1, 3] },
    build: ({ weight, unused }, { observations, noise }) => ({
      outputs: { action: g.add(mish(g.matmul(observations, weight)), g.mul(noise, 0.1)) },
      state: { unused: g.add(unused, 1) }
    })
  })
  const state = { weight: Float32Array.of(1, 2, 3, 4, 5, 6) }
  const expected = [1 * 1 + 2 * 4, 1 * 2 + 2 * 5, 1 * 3 + 2 * 6].map((x) => x * Math.tanh(Math.log1p(Math.exp(x))))

  const runFile = async (bytes: Uint8Array, feeds: Readonly<Record<string, readonly number[]>>) => {
    const folder = mkdtempSync(join(tmpdir(), "twinpact-export-"))
    const file = join(folder, "policy.onnx")
    writeFileSync(file, bytes)
    const session = await InferenceSession.create(readFileSync(file))
    const tensors = Object.entries(feeds).map(([name, values]) => [
      name,
      new Tensor("float32", Float32Array.from(values), [1, values.length])
    ])
    const { action } = await session.run(Object.fromEntries(tensors))
    rmSync(folder, { recursive: true })
    return { action: [...(action.data as Float32Array)], inputs: session.inputNames }
  }

  test("needs nothing but its inputs, under their own names", async () => {
    const file = await exportOnnx(policy, { state, noise: { noise: "standard normal" } })
    const { action, inputs } = await runFile(file, { observations: [1, 2], noise: [0, 0, 10] })
    expect(inputs.toSorted()).toEqual(["noise", "observations"])
    action.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] + (i === 2 ? 1 : 0), 4)
    })
    expect(Buffer.from(file).includes("standard normal")).toBe(true)
  })

  test("deterministic files have no noise", async () => {
    const file = await exportOnnx(policy, { state, noise: { noise: "standard normal" }, deterministic: true })
    const { action, inputs } = await runFile(file, { observations: [1, 2] })
    expect(inputs).toEqual(["observations"])
    action.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4)
    })
  })

  test("refuses missing state and unknown noise", async () => {
    await expect(exportOnnx(policy, { state: {} })).rejects.toThrow('state tensor "weight" is [2, 3], found none')
    await expect(exportOnnx(policy, { state, noise: { x: "y" } })).rejects.toThrow(ProgramError)
  })
})
