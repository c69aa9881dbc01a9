import { fc, test as property } from "@fast-check/vitest"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { type AgentDefinition, defineAgent } from "../agent.ts"
import { ConfigurationError } from "../errors.ts"
import { setting } from "../setting.ts"
import { boxBandit, discreteBandit, twoRoles } from "../testing/toy-environments.ts"
import { canonicalJson } from "./canonical-json.ts"
import { parseStudy } from "./parse.ts"
import { type Plan, planStudy } from "./plan.ts"
import { suggestion } from "./problems.ts"
import type { Registry } from "./resolve.ts"

const agent = (name: string, trains: boolean, actionSpaces: AgentDefinition["actionSpaces"] = ["box", "discrete"]) =>
  defineAgent({
    name,
    version: "3",
    summary: "For tests",
    trains,
    isDeterministic: true,
    actionSpaces,
    config: Schema.Struct({
      rate: setting(Schema.Finite, 0.1, "A rate"),
      size: setting(Schema.Struct({ width: setting(Schema.Int, 64, "Width") }), {}, "Sizes")
    }),
    create: () => {
      throw new Error("never made in a plan")
    }
  })

const agents = [agent("fixed", false), agent("learner", true), agent("box-only", false, ["box"])]
const environments = [boxBandit, discreteBandit, twoRoles]
const registry: Registry = {
  agent: async (name) => agents.find((known) => known.name === name) ?? { problem: `no agent "${name}"` },
  environment: async (name) =>
    environments.find((known) => known.name === name) ?? { problem: `no environment "${name}"` }
}

const HEAD = "name: test\nenvironment: toy-box-bandit\n"
const plan = (text: string): Promise<Plan> => planStudy(parseStudy("s.yaml", new TextEncoder().encode(text)), registry)
const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await plan(text)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}
const axesOf = async (text: string) => (await plan(text)).configurations.map(({ axes }) => axes)

describe("expansion", () => {
  test("grid: every combination, the last axis fastest", async () => {
    expect(await axesOf(`${HEAD}agent: fixed\ngrid: { agent.rate: [1, 2], evaluation.size: [5, 6] }`)).toEqual([
      { "agent.rate": 1, "evaluation.size": 5 },
      { "agent.rate": 1, "evaluation.size": 6 },
      { "agent.rate": 2, "evaluation.size": 5 },
      { "agent.rate": 2, "evaluation.size": 6 }
    ])
  })

  test("zip advances lists together; several zips and cases multiply", async () => {
    const text = `${HEAD}agent: fixed
zip:
  - { agent.rate: [1, 2], evaluation.size: [5, 6] }
cases:
  - { evaluation.seed: 1 }
  - { evaluation.seed: 2, evaluation.points: 3 }`
    expect(await axesOf(text)).toEqual([
      { "agent.rate": 1, "evaluation.size": 5, "evaluation.seed": 1 },
      { "agent.rate": 1, "evaluation.size": 5, "evaluation.seed": 2, "evaluation.points": 3 },
      { "agent.rate": 2, "evaluation.size": 6, "evaluation.seed": 1 },
      { "agent.rate": 2, "evaluation.size": 6, "evaluation.seed": 2, "evaluation.points": 3 }
    ])
  })

  test("when adds axes where its condition holds, exclude removes what matches", async () => {
    const text = `${HEAD}grid: { agent: [fixed, { name: learner, size: { width: 8 } }], evaluation.size: [5, 6] }
when:
  - if: { agent: learner }
    grid: { agent.rate: [1, 2] }
exclude:
  - { agent: learner, agent.rate: 2, evaluation.size: 6 }
  - { agent.name: fixed, evaluation.size: 5 }
budget: { envSteps: 10 }`
    const learner = { name: "learner", size: { width: 8 } }
    expect(await axesOf(text)).toEqual([
      { agent: "fixed", "evaluation.size": 6 },
      { agent: learner, "evaluation.size": 5, "agent.rate": 1 },
      { agent: learner, "evaluation.size": 5, "agent.rate": 2 },
      { agent: learner, "evaluation.size": 6, "agent.rate": 1 }
    ])
  })

  test("an agent axis is set before the axes inside it, in whatever order they stand", async () => {
    const { configurations } = await plan(`${HEAD}grid: { agent.size.width: [7], agent: [fixed] }`)
    expect(configurations[0].agents).toEqual({
      speaker: { name: "fixed", version: "3", config: { rate: 0.1, size: { width: 7 } } }
    })
  })

  test("one agent per role where there are several", async () => {
    const { configurations } = await plan(
      "name: test\nenvironment: toy-two-roles\nagents: { speaker: fixed, chooser: fixed }\ngrid: { agents.chooser.rate: [1, 2] }"
    )
    expect(configurations.map(({ agents: { chooser } }) => chooser.config)).toMatchObject([{ rate: 1 }, { rate: 2 }])
  })

  property.prop([
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 5 })
  ])("as many trials as the product says, all different, in the same order every time", async (sizes, seeds) => {
    const axes = ["agent.rate", "agent.size.width", "evaluation.seed", "evaluation.size"]
    const grid = sizes.map((size, i) => `${axes[i]}: [${Array.from({ length: size }, (_, j) => j + 1).join(", ")}]`)
    const text = `${HEAD}agent: fixed\ngrid: { ${grid.join(", ")} }\nseeds: ${seeds}`
    const [first, second] = [await plan(text), await plan(text)]
    const ids = first.trials.map(({ id }) => id)
    expect(ids.length).toBe(sizes.reduce((product, size) => product * size, seeds))
    expect(new Set(ids).size).toBe(ids.length)
    expect(second.trials.map(({ id }) => id)).toEqual(ids)
  })
})

describe("identity", () => {
  const ids = async (text: string) => (await plan(text)).trials.map(({ id }) => id)

  test("is the hash of the canonical JSON with all defaults filled in", async () => {
    const { trials } = await plan(`${HEAD}agent: fixed\nseeds: [3]`)
    const { createHash } = await import("node:crypto")
    const identity =
      '{"agents":{"speaker":{"config":{"rate":0.1,"size":{"width":64}},"name":"fixed","version":"3"}},"budget":{"instances":8},' +
      '"environment":{"config":{},"name":"toy-box-bandit","version":"1"},' +
      '"evaluation":{"draws":4,"maximumEpisodeSteps":1000,"points":1,"seed":12345,"size":512},"seed":3}'
    expect(trials[0].id).toBe(createHash("sha256").update(identity).digest("hex").slice(0, 16))
    expect(canonicalJson(JSON.parse(identity))).toBe(identity)
  })

  test("ignores the study's name, description, resources, retry, and how defaults are written", async () => {
    const plain = await ids(`${HEAD}agent: fixed\nseeds: 2`)
    const dressed = await ids(
      "name: other\ndescription: x\nenvironment: { name: toy-box-bandit }\nseeds: [0, 1]\nretry: { failed: 5 }\nresources: { cpu: 2 }\nagent: { name: fixed, rate: 0.1, size: {} }"
    )
    expect(dressed).toEqual(plain)
  })

  test("changes with the seed, a configuration, the budget and the evaluation", async () => {
    const variants = [
      "",
      "\nseeds: [1]",
      "\nbudget: { envSteps: 9 }",
      "\nevaluation: { size: 9 }",
      "\ngrid: { agent.rate: [0.2] }"
    ]
    const all = await Promise.all(variants.map((extra) => ids(`${HEAD}agent: fixed${extra}`)))
    expect(new Set(all.flat()).size).toBe(variants.length)
  })
})

describe("problems", () => {
  test.each([
    [
      "a misspelt key comes with the nearest one",
      `${HEAD}agent: fixed\nseed: 3`,
      ['4:7: seed: unknown key; did you mean "seeds"?']
    ],
    [
      "an agent's unknown key is found where it stands",
      `${HEAD}grid:\n  agent:\n    - fixed\n    - { name: fixed, rat: 3 }`,
      ['6:27: grid.agent.1.rat: unknown key; did you mean "rate"?']
    ],
    [
      "a wrong type in an axis",
      `${HEAD}agent: fixed\ngrid: { agent.rate: [fast] }`,
      ['4:22: grid.agent.rate.0: expected number, got "fast"']
    ],
    [
      "several problems at once",
      `${HEAD}agent: fixed\nseeds: -1\nbudget: { instances: 0 }`,
      [
        "4:8: seeds: expected a value greater than 0, got -1",
        "5:22: budget.instances: expected a value greater than 0, got 0"
      ]
    ],
    [
      "numbers that are not finite",
      `${HEAD}agent: fixed\ngrid: { agent.rate: [1, .inf, 1e400] }`,
      [
        "4:25: grid.agent.rate.1: expected a finite number, found Infinity",
        "4:31: grid.agent.rate.2: expected a finite number, found Infinity"
      ]
    ],
    ["an unknown agent", `${HEAD}agent: fxed`, ['3:8: agent.name: no agent "fxed"']],
    [
      "a learner without a budget",
      `${HEAD}agent: learner`,
      ['budget: expected envSteps or gradientSteps: agent "learner" trains']
    ],
    [
      "an agent for the wrong kind of actions",
      "name: t\nenvironment: toy-discrete-bandit\nagent: box-only",
      ['3:8: agent: agent "box-only" plays box actions, role "chooser" has a choice of 3']
    ],
    [
      "a role without an agent",
      "name: t\nenvironment: toy-two-roles\nagents: { speaker: fixed }",
      ['3:9: agents: role "chooser" has no agent']
    ],
    [
      "one agent for two roles",
      "name: t\nenvironment: toy-two-roles\nagent: fixed",
      ['3:8: agent: this environment has the roles speaker, chooser: expected "agents" with the keys speaker, chooser']
    ],
    ["duplicate values", `${HEAD}agent: fixed\nseeds: [1, 2, 1]`, ["4:15: seeds.2: the same value as number 0: 1"]],
    [
      "an axis set twice",
      `${HEAD}agent: fixed\ngrid: { agent.rate: [1] }\nzip: [{ agent.rate: [2] }]`,
      ["5:21: zip.0.agent.rate: this axis is already set in grid"]
    ],
    [
      "too many trials",
      `${HEAD}agent: fixed\ngrid: { agent.rate: [1, 2] }\nseeds: 600000`,
      ["expected at most 1,000,000 trials (configurations x seeds), found up to 1,200,000; split the study"]
    ],
    [
      "nothing left",
      `${HEAD}agent: fixed\nexclude: [{ agent: fixed }]`,
      ["4:10: exclude: leaves no configuration over"]
    ],
    [
      "the same trial twice",
      `${HEAD}agent: fixed\ncases: [{ agent.rate: 0.1 }, { agent.size.width: 64 }]`,
      ['two configurations are the same trial: {"agent.rate":0.1} and {"agent.size.width":64}']
    ]
  ])("%s", async (_, text, expected) => {
    expect(await problemsOf(text)).toEqual(expected)
  })

  test("suggestions are for near misses only", () => {
    expect(suggestion("optmal", ["optimal", "random"])).toBe('; did you mean "optimal"?')
    expect(suggestion("xyz", ["optimal", "random"])).toBe("; expected one of optimal, random")
  })
})
