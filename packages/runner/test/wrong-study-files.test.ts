import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runProgram } from "../src/cli/program.ts"
import { StudyFileError } from "../src/errors.ts"
import { command, fixture, temporaryFolder } from "./command.ts"

const ENVIRONMENT = `environment: ${fixture("one-step")}`
const AGENT = `agent: ${fixture("noisy")}`
const BUDGET = "budget: { gradientSteps: 2 }"
const GOOD = `name: wrong\n${ENVIRONMENT}\n${AGENT}\n${BUDGET}\n`
const without = (line: string) => GOOD.replace(`${line}\n`, "")

/** What is wrong, the file, and what the only line must say (several lines: an array). */
const CASES: readonly (readonly [string, string | Uint8Array, RegExp | readonly RegExp[]])[] = [
  ["an unknown key", `${GOOD}sedes: 3\n`, /5:8: sedes: unknown key; did you mean "seeds"\?/],
  ["an unknown key inside", `${GOOD}evaluation: { siz: 3 }\n`, /evaluation\.siz: unknown key; did you mean "size"\?/],
  ["a misspelt agent", `${without(AGENT)}agent: optimla\n`, /no agent "optimla".*did you mean "optimal"\?/],
  ["a misspelt environment", `${without(ENVIRONMENT)}environment: contrct\n`, /no environment "contrct".*"contract"/],
  ["an environment as agent", `${without(AGENT)}agent: contract\n`, /"contract" is an environment, expected an agent/],
  ["an agent as environment", `${without(ENVIRONMENT)}environment: random\n`, /"random" is an agent/],
  ["a package that is not there", `${without(AGENT)}agent: "@lab/none"\n`, /no agent "@lab\/none": neither built in/],
  ["a file that is not there", `${without(AGENT)}agent: ./none.ts\n`, /there is no file .*none\.ts/],
  [
    "the wrong kind of module",
    `${without(AGENT)}agent: ${fixture("one-step")}\n`,
    /is an environment, expected an agent/
  ],
  ["no name", without("name: wrong"), /name: missing/],
  ["an invalid name", GOOD.replace("name: wrong", "name: Wrong Name"), /name: expected .*lower-case letters/],
  ["a name that leaves the folder", GOOD.replace("name: wrong", "name: ../wrong"), /name: expected/],
  ["no environment", without(ENVIRONMENT), /environment: missing/],
  ["no agent", without(AGENT), /no agent: expected the key "agent"/],
  ["both agent and agents", `${GOOD}agents: { player: random }\n`, /agents: expected either "agent" or "agents"/],
  [
    "an unknown role",
    `${without(AGENT)}agents: { server: random }\n`,
    [/server: no such role/, /"player" has no agent/]
  ],
  ["an agent's key that is unknown", `${GOOD}grid: { agent.pauseSecond: [1] }\n`, /did you mean "pauseSeconds"\?/],
  ["an agent's key of the wrong type", `${GOOD}grid: { agent.scale: [1, no way] }\n`, /grid\.agent\.scale\.1/],
  ["no budget for a learner", without(BUDGET), /budget: expected envSteps or gradientSteps: agent "noisy" trains/],
  ["a wrong type", `${GOOD}seeds: many\n`, /seeds: expected a count of at least 1, or a list/i],
  ["no seeds", `${GOOD}seeds: 0\n`, /seeds/],
  ["negative seeds", `${GOOD}seeds: [1, -1]\n`, /seeds/],
  ["the same seed twice", `${GOOD}seeds: [1, 1]\n`, /seeds\.1: the same value as number 0: 1/],
  ["infinity", `${GOOD}grid: { environment.bonus: [.inf] }\n`, /Infinity|finite/],
  ["a number beyond all bounds", `${GOOD}grid: { environment.bonus: [1e400] }\n`, /Infinity|finite/],
  ["an empty grid", `${GOOD}grid: { environment.bonus: [] }\n`, /grid\.environment\.bonus/],
  ["the same value twice", `${GOOD}grid: { environment.bonus: [1, 1.0] }\n`, /bonus\.1: the same value as number 0/],
  ["a grid that is no list", `${GOOD}grid: { environment.bonus: 1 }\n`, /grid\.environment\.bonus: expected array/],
  ["too many trials", `${GOOD}seeds: 2000000\n`, /expected at most 1,000,000 trials .*found up to 2,000,000/],
  [
    "lists of unequal length",
    `${GOOD}zip: [{ environment.bonus: [1, 2], agent.scale: [1] }]\n`,
    /zip\.0.*equal length/
  ],
  [
    "an axis that is set twice",
    `${GOOD}grid: { environment.bonus: [1] }\nzip: [{ environment.bonus: [2] }]\n`,
    /already set in grid/
  ],
  ["an axis without a root", `${GOOD}grid: { bonus: [1] }\n`, /grid\.bonus: not an axis/],
  ["an axis of the study's name", `${GOOD}grid: { name: [a] }\n`, /grid\.name: not an axis/],
  [
    "everything excluded",
    `${GOOD}exclude: [{ agent.scale: 1 }]\ngrid: { agent.scale: [1] }\n`,
    /no configuration over/
  ],
  [
    "two equal configurations",
    `${GOOD}cases: [{ environment.bonus: 0 }, { environment.width: 1 }]\n`,
    /two configurations are the same trial/
  ],
  ["a key twice", `${GOOD}name: again\n`, /Map keys must be unique/],
  ["two documents", `${GOOD}---\n${GOOD}`, /multiple documents/],
  ["a tab for indentation", `${GOOD}evaluation:\n\tsize: 3\n`, /6:1: Tabs are not allowed/],
  ["an anchor in itself", `${GOOD}description: &a [*a]\n`, /anchor|alias/i],
  [
    "an alias bomb",
    `a: &a [1,1,1,1,1,1,1,1,1]\n${"bcdefgh"
      .split("")
      .map((key, i) => {
        const inner = `*${"abcdefg"[i]}`
        return `${key}: &${key} [${Array(9).fill(inner).join(",")}]`
      })
      .join("\n")}\n`,
    /alias/i
  ],
  ["an empty file", "", /the file is empty/],
  ["comments alone", "# nothing\n", /the file is empty/],
  ["a list", "- 1\n- 2\n", /expected/i],
  ["a word", "hello\n", /expected/i],
  ["not YAML", "name: [\n", /./],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00, 0x01]), /expected YAML text in UTF-8/],
  ["Latin-1", new Uint8Array([...new TextEncoder().encode(GOOD), 0x23, 0xe4, 0x0a]), /expected YAML text in UTF-8/]
]

const problemsOf = async (folder: string, file: string): Promise<StudyFileError> => {
  try {
    await runProgram(["run", file, "--studies", join(folder, "studies")])
  } catch (error) {
    expect(error).toBeInstanceOf(StudyFileError)
    return error as StudyFileError
  }
  throw new Error("expected the study file to be refused")
}

describe("a wrong study file", () => {
  test.each(CASES)("%s", async (_, content, expected) => {
    const folder = temporaryFolder()
    const file = join(folder, "study.yaml")
    writeFileSync(file, content)
    const { lines, exitCode } = await problemsOf(folder, file)
    const patterns = expected instanceof RegExp ? [expected] : (expected as readonly RegExp[])
    expect(lines.join("\n").split("\n"), lines.join("\n")).toHaveLength(patterns.length)
    for (const [index, pattern] of patterns.entries()) {
      expect(lines[index]).toMatch(pattern)
      expect(lines[index]!.startsWith(`${file}:`)).toBe(true)
      expect(lines[index]!.length).toBeLessThan(600)
    }
    expect(exitCode).toBe(2)
    expect(readdirSync(folder)).toEqual(["study.yaml"])
  })

  test("is no file at all", async () => {
    const folder = temporaryFolder()
    expect((await problemsOf(folder, join(folder, "none.yaml"))).message).toMatch(/none\.yaml: there is no such file$/)
    mkdirSync(join(folder, "folder"))
    expect((await problemsOf(folder, join(folder, "folder"))).message).toMatch(/expected a study file, found a folder$/)
  })

  test("prints one line per problem on standard error and exits with 2", async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "study.yaml"), `${GOOD}sedes: 1\nseeds: -1\n`)
    for (const verb of ["run", "plan"]) {
      const { code, stdout, stderr } = await command([verb, "study.yaml"], folder)
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
      expect(stderr.trimEnd().split("\n")).toHaveLength(2)
      expect(readdirSync(folder)).toEqual(["study.yaml"])
    }
  })
})
