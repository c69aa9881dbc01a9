import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { decodeMenu } from "@twinpact/env"
import { describe, expect, test } from "vitest"
import { command, studyIn } from "./command.ts"

const STUDY = `
name: learning
environment: contract
agent: { name: pruned-diffusion-sac, width: 32, denoisingSteps: 2, batchSize: 64, learningStarts: 100 }
grid: { agent.denoisingSteps: [2] }
seeds: 1
budget: { gradientSteps: 400 }
evaluation: { size: 32 }
`

interface Card {
  readonly inputs: readonly { readonly name: string; readonly shape: number[]; readonly distribution?: string }[]
  readonly output: { readonly labels: readonly string[]; readonly meaning: string }
  readonly evaluation: { readonly score: number; readonly recordedScore: number }
}

/** The runtime as a user of the file would have it: found from the package that brings it, and nothing of ours. */
const runtime = createRequire(join(import.meta.dirname, "../../tensor/package.json"))("onnxruntime-node") as {
  InferenceSession: {
    create(file: string): Promise<{ run(feeds: object): Promise<Record<string, { data: Float32Array }>> }>
  }
  Tensor: new (type: string, values: Float32Array, shape: number[]) => object
}

const studyWithPolicy = async () => {
  const folder = studyIn(STUDY)
  expect((await command(["run", "study.yaml", "--workers", "1"], folder)).code).toBe(0)
  const { stdout } = await command(["results", "learning", "--trials", "--json"], folder)
  const [{ id }] = JSON.parse(stdout) as { id: string }[]
  return { folder, id }
}

describe("export policy", () => {
  test("the file alone acts and scores as the trial did, and its actions are menus", async () => {
    const { folder, id } = await studyWithPolicy()
    const exported = await command(["export", "policy", id.slice(0, 6), "-o", "out"], folder)
    expect(exported.stdout).toMatch(new RegExp(`policy +out/${id}.onnx; score 0\\.\\d+`))
    const card = JSON.parse(readFileSync(join(folder, "out", `${id}.json`), "utf8")) as Card
    expect(card.inputs.map(({ name, shape, distribution }) => [name, shape, distribution])).toEqual([
      ["observations", [1, 9], undefined],
      ["noise", [2, 1, 4], "standard normal"]
    ])
    // the same draws of noise, row by row instead of in batches: not the same numbers, but the same policy
    expect(Math.abs(card.evaluation.score - card.evaluation.recordedScore)).toBeLessThan(0.02)
    expect(card.output.meaning).toContain("s_k = s_(k-1) + 1.2 sFB_k u_k^2")

    const session = await runtime.InferenceSession.create(join(folder, "out", `${id}.onnx`))
    const tensor = (values: readonly number[], shape: number[]) =>
      new runtime.Tensor("float32", Float32Array.from(values), shape)
    const { actions } = await session.run({
      observations: tensor([1, 0.2, 0, 0, 0, 0, 0, 0, 0], [1, 9]),
      noise: tensor([1, -1, 0.5, 0, 0, 0, 0, 0], [2, 1, 4])
    })
    const menu = decodeMenu(
      {
        deviceCount: 10,
        unitCost: 30,
        fixedCost: 0.01,
        incentiveWeight: 0.6,
        unitRevenue: 12.5,
        fairnessExponent: 0.5,
        typeProbabilities: [0.5, 0.5],
        deviceTypes: [75, 225]
      },
      "feasible",
      actions.data
    )
    // the card's formula, by hand, with a_k = 30 / (0.6 psi_k) and sFB_k = (12.5 / a_k)^2
    const u = [...actions.data].map((a) => (a + 1) / 2)
    const [a1, a2] = [30 / (0.6 * 75), 30 / (0.6 * 225)]
    const [first, second] = [(12.5 / a1) ** 2, (12.5 / a2) ** 2]
    const s1 = 1.2 * first * u[0] ** 2
    const s2 = s1 + 1.2 * second * u[1] ** 2
    const r1 = a1 * s1 + 0.01 / (0.6 * 75) + 0.2 * a1 * first * u[2]
    const r2 = r1 + (a2 + u[3] * (a1 - a2)) * (s2 - s1)
    const found = [...menu.dataSizes, ...menu.payments]
    for (const [i, value] of [s1, s2, r1, r2].entries()) expect(found[i]).toBeCloseTo(value, 6)
  }, 60_000)

  test("without noise it has its own file and its own score", async () => {
    const { folder, id } = await studyWithPolicy()
    const exported = await command(["export", "policy", id, "--deterministic", "--json"], folder)
    const { card, score } = JSON.parse(exported.stdout) as { card: string; score: number }
    const { inputs, evaluation } = JSON.parse(readFileSync(join(folder, card), "utf8")) as Card
    expect(inputs.map(({ name }) => name)).toEqual(["observations"])
    expect(evaluation.score).toBe(score)
    expect(score).toBeGreaterThan(0.5)
  }, 60_000)

  test("says what is missing: trial, study, policy, a place to write", async () => {
    const folder = studyIn(`
name: schemes
environment: contract
agent: optimal
evaluation: { size: 4 }
`)
    const say = async (...args: string[]) => {
      const { code, stderr } = await command(["export", ...args], folder)
      return `${code}: ${stderr.trim()}`
    }
    expect(await say("policy", "abc")).toMatch(/^2: twinpact: no trial "abc" in the studies in studies/)
    expect((await command(["run", "study.yaml"], folder)).code).toBe(0)
    const { stdout } = await command(["results", "schemes", "--trials", "--json"], folder)
    const [{ id }] = JSON.parse(stdout) as { id: string }[]
    expect(await say("policy", id)).toMatch(/^2: twinpact: trial .* \(optimal\) has no policy in .*keep: policy/)
    expect(await say("policy", id, "--study", "other")).toMatch(/no study "other"/)
    expect(await say("weights", id)).toMatch(/^2: /)
    mkdirSync(join(folder, "studies/schemes/policies"), { recursive: true })
    writeFileSync(join(folder, "studies/schemes/policies", `${id}.safetensors`), "damaged")
    expect(await say("policy", id)).toMatch(/^1: .*safetensors: .*run the study again with --force/)
  }, 60_000)
})
