import { type AgentContext, boxSpace, RngStreams } from "@twinpact/core"
import { initialNetworkState } from "@twinpact/core/learning"
import { compile, type Program, unpackValues } from "@twinpact/tensor"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { updateProgram } from "../diffusion-sac/losses.ts"
import { actProgram, diffusionNetworks, initialWidths } from "../diffusion-sac/networks.ts"
import type { DiffusionActorCriticConfig } from "../diffusion-sac/variant.ts"
import { cutNetwork, zeroDead } from "./compaction.ts"
import { PrunedDiffusionSacConfig } from "./config.ts"
import { magnitudes } from "./importance.ts"
import { neuronGroups, withUnits } from "./neuron-groups.ts"
import { denseSmallWidths } from "./pruner.ts"

const box = (width: number) => boxSpace(Array.from({ length: width }, (_, i) => [`c${i}`, -1, 1] as const))

const contextFor = (maximumEpisodeSteps: number): AgentContext => ({
  role: { name: "server", agentCount: 1, observation: box(9), action: box(4) },
  maximumEpisodeSteps,
  instances: 8,
  evaluationInstances: 8,
  schemes: [],
  streams: new RngStreams(5)
})

const configFor = (keys: Readonly<Record<string, unknown>>): DiffusionActorCriticConfig => ({
  ...Schema.decodeUnknownSync(PrunedDiffusionSacConfig)(keys),
  critics: 2
})

const size = (shapes: Readonly<Record<string, readonly number[]>>) =>
  Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, extent) => product * extent, 1), 0)

test("the published actor has 207,156 parameters; 168,286, 103,822 and 54,964 after 10, 30 and 50%", () => {
  const context = contextFor(1)
  const widths = initialWidths(configFor({}), context)
  const parameters = (units: number) =>
    size(diffusionNetworks(withUnits(widths, [units, units, units, units]), context).actor.shapes)
  expect([256, 230, 179, 128].map(parameters)).toEqual([207_156, 168_286, 103_822, 54_964])
  expect(size(diffusionNetworks(widths, context).critic.shapes)).toBe(334_082)
  const small = denseSmallWidths(widths, configFor({ pruning: { rate: 0.5 } }).pruning!)
  expect(small.actor).toMatchObject({ stateHidden: 128, stateFeatures: 128, trunk: [128, 128] })
  expect(small.critic).toEqual(widths.critic)
})

describe.each([
  ["actor", false, 1],
  ["actor and critics", true, 6]
])("a network cut down: %s", (_, critics, maximumEpisodeSteps) => {
  const context = contextFor(maximumEpisodeSteps)
  const config = configFor({ width: 32, batchSize: 40, pruning: { critics } })
  const widths = initialWidths(config, context)
  const groups = neuronGroups(widths, critics)
  const random = new RngStreams(7).get("test")
  const living = groups.map(({ units }) => Uint8Array.from({ length: units }, () => (random.uniform() < 0.6 ? 1 : 0)))
  const kept = living.map((flags) => [...flags.keys()].filter((i) => flags[i] === 1))
  const smaller = withUnits(
    widths,
    kept.map(({ length }) => length)
  )
  const [before, after] = [diffusionNetworks(widths, context), diffusionNetworks(smaller, context)]

  /** State after some updates, so that moments and targets are not trivial, then masked. */
  const prepare = async () => {
    const programs = { update: updateProgram(widths, config, context), act: actProgram(before, config, context, 1000) }
    const compiled = await compile(programs, { threads: 1 })
    await compiled.writeState({
      ...initialNetworkState(before.actor, random),
      ...initialNetworkState(before.critic, random)
    })
    const inputs = inputsOf(programs.update)
    for (let i = 0; i < 3; i++) await compiled.run("update", inputs)
    const state = await compiled.readState()
    const cut: Record<string, Float32Array> = { ...state }
    for (const [name, values] of Object.entries(state)) {
      const network = name.includes("actor") ? "actor" : "critic"
      if (name.endsWith(".step") || (network === "critic" && !critics)) continue
      const own = groups.map((group, g) => ({ group, g })).filter(({ group }) => group.network === network)
      const [ownGroups, indices] = [own.map(({ group }) => group), own.map(({ g }) => g)]
      zeroDead(
        values,
        before[network].shapes,
        ownGroups,
        indices.map((g) => living[g])
      )
      cut[name] = cutNetwork(
        values,
        before[network].shapes,
        after[network].shapes,
        ownGroups,
        indices.map((g) => kept[g])
      )
    }
    await compiled.writeState(state)
    const small = await compile(
      { update: updateProgram(smaller, config, context), act: actProgram(after, config, context, 1000) },
      { threads: 1 }
    )
    await small.writeState(cut)
    return { compiled, small, programs, inputs }
  }

  const inputsOf = (program: Program) =>
    Object.fromEntries(
      Object.entries(program.inputs).map(([name, { shape }]) => {
        const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1))
        if (name.endsWith("Rate")) values.fill(1e-3)
        else if (name === "continues") values.fill(1)
        else random.fillNormal(values)
        return [name, values]
      })
    )

  test("is the same function on 1,000 inputs, before and after an optimiser step", async () => {
    const { compiled, small, programs, inputs } = await prepare()
    const observations = inputsOf(programs.act)
    const compare = async () => {
      const [masked, cut] = [await compiled.run("act", observations), await small.run("act", observations)]
      const difference = masked.actions.reduce((worst, a, i) => Math.max(worst, Math.abs(a - cut.actions[i])), 0)
      expect(difference).toBeLessThan(1e-6)
    }
    await compare()
    const [full, fewer] = [structuredClone(await compiled.run("update", inputs)), await small.run("update", inputs)]
    for (const name of ["criticLoss", "actorLoss"]) expect(fewer[name][0]).toBeCloseTo(full[name][0], 6)
    await compare()
    const [maskedState, cutState] = [await compiled.readState(), await small.readState()]
    // dead neurons stay dead: the mask is nothing but zeros
    const dead = unpackValues(before.actor.shapes, maskedState.actor)["actor.state.0.bias"]
    expect([...dead].filter((_value, i) => living[0][i] === 0)).toEqual(
      [...living[0]].filter((flag) => flag === 0).map(() => 0)
    )
    const names = critics ? ["actor", "critic"] : ["actor"]
    for (const network of names as ("actor" | "critic")[]) {
      const own = groups.map((group, g) => ({ group, g })).filter(({ group }) => group.network === network)
      for (const name of Object.keys(maskedState).filter((key) => key.endsWith(network))) {
        const expected = cutNetwork(
          maskedState[name],
          before[network].shapes,
          after[network].shapes,
          own.map(({ group }) => group),
          own.map(({ g }) => kept[g])
        )
        const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - cutState[name][i])), 0)
        expect(worst, name).toBeLessThan(1e-6)
      }
    }
    await compiled.dispose()
    await small.dispose()
  })
})

test("magnitude by hand: ||[W_in, b]|| times ||W_out||", () => {
  const group = {
    network: "actor" as const,
    layer: "l",
    units: 2,
    consumers: [{ weight: "next.weight", offset: 1 }]
  }
  const shapes = { "l.weight": [1, 2], "l.bias": [2], "next.weight": [3, 2] }
  const tensors = {
    "l.weight": Float32Array.of(3, 0),
    "l.bias": Float32Array.of(4, 2),
    "next.weight": Float32Array.of(100, 100, 0, 1, 6, 8)
  }
  expect([...magnitudes(tensors, shapes, group)]).toEqual([5, 20])
})
