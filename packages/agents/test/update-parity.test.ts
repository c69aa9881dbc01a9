import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type AgentContext, boxSpace, RngStreams } from "@twinpact/core"
import { compile, type Program } from "@twinpact/tensor"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { DdpgConfig } from "../src/ddpg/config.ts"
import { updateProgram as ddpgUpdate } from "../src/ddpg/losses.ts"
import { ddpgNetworks } from "../src/ddpg/networks.ts"
import { PpoConfig } from "../src/ppo/config.ts"
import { updateProgram as ppoUpdate } from "../src/ppo/losses.ts"
import { ppoNetwork } from "../src/ppo/networks.ts"
import { SacConfig } from "../src/sac/config.ts"
import { updateProgram as sacUpdate } from "../src/sac/losses.ts"
import { sacNetworks } from "../src/sac/networks.ts"

type Numbers = number | readonly Numbers[]

interface Golden {
  readonly state: Readonly<Record<string, readonly number[]>>
  readonly inputs?: Readonly<Record<string, Numbers>>
  readonly outputs: Readonly<Record<string, number>>
  readonly next: Readonly<Record<string, readonly number[]>>
}

/** Made by fixtures/make_updates.py with PyTorch, in double precision. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/updates.json"), "utf8")) as {
  readonly inputs: Readonly<Record<string, Numbers>>
  readonly ddpg: Golden
  readonly sac: Golden
  readonly ppo: Golden
}

const box = (width: number) => boxSpace(Array.from({ length: width }, (_, i) => [`c${i}`, -1, 1] as const))

const context: AgentContext = {
  role: { name: "r", agentCount: 1, observation: box(3), action: box(2) },
  maximumEpisodeSteps: 9,
  instances: 1,
  evaluationInstances: 1,
  schemes: [],
  streams: new RngStreams(0)
}

const common = { hiddenWidths: [5, 5], batchSize: 6, gamma: 0.9 }
const replay = { ...common, tau: 0.01, weightDecay: 0.01 }

const programs = (): Readonly<Record<"ddpg" | "sac" | "ppo", Program>> => {
  const ddpg = Schema.decodeUnknownSync(DdpgConfig)(replay)
  const sac = Schema.decodeUnknownSync(SacConfig)({ ...replay, entropyLearningRate: 1e-3 })
  const ppo = Schema.decodeUnknownSync(PpoConfig)({ ...common, entropyCoefficient: 0.01 })
  return {
    ddpg: ddpgUpdate(ddpgNetworks(ddpg, context), ddpg, context),
    sac: sacUpdate(sacNetworks(sac, context), sac, context),
    ppo: ppoUpdate(ppoNetwork(ppo, context), ppo, context)
  }
}

const flat = (values: Numbers): number[] => (typeof values === "number" ? [values] : values.flatMap(flat))

describe("one update beside PyTorch's", () => {
  test.each(["ddpg", "sac", "ppo"] as const)("%s", async (name) => {
    const { state, inputs, outputs, next } = golden[name]
    const update = programs()[name]
    const compiled = await compile({ update }, { threads: 1 })
    await compiled.writeState(
      Object.fromEntries(Object.entries(state).map(([key, values]) => [key, Float32Array.from(values)]))
    )
    const given = { ...golden.inputs, ...inputs }
    const found = await compiled.run(
      "update",
      Object.fromEntries(Object.keys(update.inputs).map((key) => [key, Float32Array.from(flat(given[key]))]))
    )
    for (const [key, expected] of Object.entries(outputs)) {
      expect(Math.abs(found[key][0] - expected), key).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)))
    }
    const after = await compiled.readState(Object.keys(next))
    for (const [key, expected] of Object.entries(next)) {
      const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(after[key][i] - value)), 0)
      expect(worst, key).toBeLessThan(1e-5)
      // and the step was taken at all
      expect(expected.some((value, i) => Math.abs(value - state[key][i]) > 1e-4)).toBe(true)
    }
    await compiled.dispose()
  })
})
