import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { runProgram } from "../src/cli/program.ts"
import { UsageError } from "../src/errors.ts"
import { command, fixture, studyIn, temporaryFolder } from "./command.ts"

const STUDY = `
name: small
description: two agents
environment: ${fixture("one-step")}
grid:
  environment.bonus: [0, 1]
  agent:
    - ${fixture("noisy")}
    - { name: ${fixture("noisy")}, scale: 0.5 }
seeds: 3
budget: { gradientSteps: 2 }
evaluation: { size: 2, points: 2 }
`

describe("the same study file and seeds", () => {
  test("give the same table, ids and files with one thread and with two", async () => {
    const [one, two] = [studyIn(STUDY), studyIn(STUDY)]
    const [first, second] = await Promise.all([
      command(["run", "study.yaml", "--workers", "1"], one),
      command(["run", "study.yaml", "--workers", "2"], two)
    ])
    expect(first.code).toBe(0)
    expect(second.stdout).toBe(first.stdout)
    const csv = async (folder: string) => (await command(["results", "small", "--csv"], folder)).stdout
    expect(await csv(two)).toBe(await csv(one))
    expect((await csv(one)).split("\n")).toHaveLength(6)
    const json = await command(["results", "studies/small", "--json"], one)
    const results = JSON.parse(json.stdout)
    expect(results).toMatchObject({ study: "small", complete: 12, trials: 12 })
    const plan = JSON.parse((await command(["plan", "study.yaml", "--json"], one)).stdout)
    expect(plan.configurations.map(({ id }: { id: string }) => id)).toEqual(
      results.configurations.map(({ id }: { id: string }) => id)
    )
    const table = await command(["results", "study.yaml", "--metrics", "episodeReturn"], one)
    expect(table.stdout).toMatch(/episodeReturn {6}95% interval/)
    const wrong = await command(["results", "small", "--metrics", "scor"], one)
    expect(wrong).toMatchObject({ code: 2, stderr: 'twinpact: no metric "scor"; did you mean "score"?\n' })
  }, 30_000)
})

test("says which resources it cannot give", async () => {
  const folder = studyIn(`${STUDY}resources: { cpu: 2, gpu: 1 }\n`)
  const { code, stderr } = await command(["run", "study.yaml", "-w", "1"], folder)
  expect(code).toBe(0)
  expect(stderr).toMatch(/^resources\.gpu is 1, .*\nresources\.cpu is 2, but --workers is 1: /)
})

describe("plan", () => {
  test("counts, lists and summarises without writing", async () => {
    const folder = studyIn(STUDY)
    const [count, table, summary] = await Promise.all(
      [["--count"], ["--table"], []].map((flags) => command(["plan", "study.yaml", ...flags], folder))
    )
    expect(count).toMatchObject({ code: 0, stdout: "12\n" })
    expect(table!.stdout.trimEnd().split("\n")).toHaveLength(6)
    expect(summary!.stdout).toContain("12 = 4 configurations x 3 seeds")
  })
})

describe("the command line", () => {
  test.each([
    [["runn", "x"], 'no command "runn"; did you mean "run"?'],
    [["run", "x", "--worker", "2"], 'no option "--worker"; did you mean "--workers"?'],
    [["run"], 'something is missing after "run"'],
    [["run", "a", "b"], '"b" is one argument too many'],
    [["run", "a", "--workers", "0"], "--workers: expected a whole number of at least 1, found 0"],
    [["results", "none", "--studies", "/none"], 'no study "none" in /none; there are none here'],
    [
      ["agents", "optimall"],
      'no agent "optimall": neither built in nor a package installed for the study file; did you mean "optimal"?'
    ]
  ])("%j says what was meant", async (args, message) => {
    await expect(runProgram(args)).rejects.toThrow(new UsageError(message))
  })

  test("shows help by itself and for every command", async () => {
    const folder = temporaryFolder()
    const bare = await command([], folder)
    expect(bare).toMatchObject({ code: 0, stderr: "" })
    for (const name of [
      "run",
      "plan",
      "status",
      "results",
      "retry",
      "agents",
      "environments",
      "create-agent",
      "doctor",
      "install"
    ]) {
      expect(bare.stdout).toContain(`twinpact ${name}`)
    }
    expect((await command(["run", "--help"], folder)).stdout).toMatch(/Examples:[\s\S]*Exit code: 0/)
  })

  test("lists and describes agents and environments, also those of plug-ins", async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "x"), "")
    const [agents, environment, plugIn, json] = await Promise.all([
      command(["agents"], folder),
      command(["environments", "contract"], folder),
      command(["agents", fixture("noisy")], folder),
      command(["environments", fixture("one-step"), "--json"], folder)
    ])
    expect(agents.stdout).toMatch(/^optimal +1 /m)
    expect(environment.stdout).toMatch(/role server:[\s\S]*scheme second-best[\s\S]*^typeCount +integer 2 to 50 +2 /m)
    expect(plugIn.stdout).toMatch(/^pauseSeconds +number >= 0 +0 +Sleep of every update/m)
    expect(JSON.parse(json.stdout)).toMatchObject({ name: "one-step", config: [{ key: "bonus", default: "0" }, {}] })
  })

  test("doctor finds nothing wrong here", async () => {
    const { code, stdout } = await command(["doctor", "--json"], temporaryFolder())
    expect(code).toBe(0)
    const { findings, engines } = JSON.parse(stdout)
    expect(findings.map(({ subject }: { subject: string }) => subject)).toContain("SQLite")
    expect(engines).toContainEqual(expect.objectContaining({ engine: "onnx", device: "cpu", available: true }))
  })
})
