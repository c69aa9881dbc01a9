import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import process from "node:process"
import { describe, expect, test } from "vitest"
import { command, temporaryFolder } from "./command.ts"

const ROOT = join(import.meta.dirname, "../../..")
const NAME = "@lab/twinpact-mine"

/** What `npm install` would put there, taken from the repository. */
const LINKS: Readonly<Record<string, string>> = {
  "@twinpact/core": "packages/core",
  "@twinpact/tensor": "packages/tensor",
  "@types/node": "node_modules/@types/node",
  effect: "packages/core/node_modules/effect",
  vitest: "node_modules/vitest"
}

const linkPackages = (folder: string): void => {
  for (const [name, target] of Object.entries(LINKS)) {
    const link = join(folder, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, target), link)
  }
}

/** Runs a tool of the repository; throws with its output where it fails. */
const tool = (file: string, args: readonly string[], cwd: string): string => {
  try {
    return execFileSync(process.execPath, [join(ROOT, "node_modules", file), ...args], { cwd, encoding: "utf8" })
  } catch (error) {
    throw new Error(`${file} ${args.join(" ")}:\n${(error as { stdout?: string }).stdout ?? ""}`, { cause: error })
  }
}

const createIn = async (folder: string): Promise<string> => {
  const { code } = await command(["create-agent", NAME], folder)
  expect(code).toBe(0)
  const made = join(folder, "twinpact-mine")
  linkPackages(made)
  return made
}

describe("create-agent", () => {
  test("says what it wrote and what comes next", async () => {
    const folder = temporaryFolder()
    const { code, stdout, stderr } = await command(["create-agent", "my-agent", "--directory", "agents/mine"], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toMatch(/^my-agent is in agents\/mine:\n {2}\.gitignore\n/)
    expect(stdout).toMatch(/next:\n {2}cd agents\/mine\n {2}npm install\n {2}npm test\n {2}npm run study\n$/)
    const json = JSON.parse((await command(["create-agent", "my-agent", "--json"], folder)).stdout)
    expect(json).toMatchObject({ name: "my-agent", directory: join(folder, "my-agent") })
    expect(json.next[0]).toBe("cd my-agent")
    for (const file of json.files) expect(readFileSync(join(folder, "my-agent", file)).length).toBeGreaterThan(0)
  })

  test("refuses what it cannot write, with a code that is not 0", async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, "full"))
    writeFileSync(join(folder, "full/note"), "mine")
    const full = await command(["create-agent", "full"], folder)
    expect(full).toMatchObject({ code: 2, stdout: "" })
    expect(full.stderr).toMatch(/^twinpact: full is not empty \(note\): choose another folder with --directory.*\n$/)
    const builtIn = await command(["create-agent", "sac"], folder)
    expect(builtIn).toMatchObject({ code: 2, stderr: expect.stringMatching(/^twinpact: "sac": an agent of this name/) })
    expect(readdirSync(folder)).toEqual(["full"])
  })

  test.skipIf(process.getuid?.() === 0)("says that a folder cannot be written", async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, "closed"), { mode: 0o555 })
    for (const directory of ["closed", "closed/inside"]) {
      const { code, stderr } = await command(["create-agent", "mine", "--directory", directory], folder)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^twinpact: closed.*: no permission to write there/)
    }
  })
})

describe("the package that it makes", () => {
  test("type-checks, and its own tests pass", async () => {
    const made = await createIn(temporaryFolder())
    // The linked packages are TypeScript and need the types of Node; published ones bring their own.
    tool("typescript/bin/tsc", ["--types", "node"], made)
    tool("vitest/vitest.mjs", ["run", "--reporter=json", "--outputFile=report.json"], made)
    const report = JSON.parse(readFileSync(join(made, "report.json"), "utf8"))
    expect(report).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 })
    expect(report.numPassedTests).toBeGreaterThan(10)
  }, 60_000)

  test("runs in a study by its name, beside the study and from its own folder", async () => {
    const folder = temporaryFolder()
    const made = await createIn(folder)
    const unbuilt = await command(["plan", "study.yaml"], made)
    expect(unbuilt).toMatchObject({ code: 2, stdout: "" })
    expect(unbuilt.stderr).toMatch(/package "@lab\/twinpact-mine" has no file dist\/index\.js to load: build it/)
    tool("typescript/bin/tsc", ["-p", "tsconfig.build.json", "--types", "node"], made)
    expect(readdirSync(join(made, "dist"))).toContain("index.js")
    expect(readdirSync(join(made, "dist"))).not.toContain("index.test.js")
    expect((await command(["plan", "study.yaml", "--count"], made)).stdout).toBe("2\n")

    mkdirSync(join(folder, "node_modules/@lab"), { recursive: true })
    symlinkSync(made, join(folder, "node_modules", NAME))
    const config = "hiddenWidths: [8], batchSize: 16, learningStarts: 16"
    const study = (keys: string) =>
      `name: tiny\nenvironment: contract\nagent: { name: "${NAME}", ${keys} }\nbudget: { gradientSteps: 5 }\nevaluation: { size: 8 }\n`
    writeFileSync(join(folder, "study.yaml"), study(config))
    const run = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(run).toMatchObject({ code: 0 })
    expect(run.stdout).toMatch(/^tiny: 1 of 1 trials complete\n[\s\S]*@lab\/twinpact-mine/)
    const manifest = readFileSync(join(folder, "studies/tiny/manifest.json"), "utf8")
    expect(manifest).toContain(NAME)

    writeFileSync(join(folder, "study.yaml"), study("hiddenWidth: [8]"))
    const wrong = await command(["run", "study.yaml"], folder)
    expect(wrong).toMatchObject({ code: 2, stdout: "" })
    expect(wrong.stderr).toMatch(/agent\.hiddenWidth: unknown key; did you mean "hiddenWidths"\?/)
  }, 60_000)
})
