import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, onTestFinished, test } from "vitest"
import { command, fixture, studyIn, temporaryFolder } from "./command.ts"

const isRoot = process.getuid?.() === 0

const study = (seeds: number) => `
name: stored
environment: ${fixture("one-step")}
agent: ${fixture("noisy")}
seeds: ${seeds}
budget: { gradientSteps: 2 }
evaluation: { size: 2 }
`

describe("a study folder that cannot be used", () => {
  test("a part of the path is a file", async () => {
    const folder = studyIn(study(1))
    writeFileSync(join(folder, "studies"), "not a folder")
    const run = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(run).toMatchObject({ code: 1, stdout: "" })
    expect(run.stderr).toMatch(
      /^twinpact: studies\/stored: cannot be made: a part of this path is a file.*--studies\n$/
    )
  })

  test.skipIf(isRoot)("a folder without permission to write", async () => {
    const folder = studyIn(study(1))
    mkdirSync(join(folder, "studies"))
    chmodSync(join(folder, "studies"), 0o555)
    const run = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(run).toMatchObject({ code: 1, stdout: "" })
    expect(run.stderr).toMatch(/cannot be made: no permission to write there/)
  })

  test("a damaged database", async () => {
    const folder = studyIn(study(1))
    mkdirSync(join(folder, "studies/stored"), { recursive: true })
    writeFileSync(join(folder, "studies/stored/study.sqlite"), "this is not a database".repeat(100))
    for (const args of [
      ["run", "study.yaml", "-w", "1"],
      ["status", "stored"],
      ["results", "stored"]
    ]) {
      const run = await command(args, folder)
      expect(run).toMatchObject({ code: 1, stdout: "" })
      expect(run.stderr).toMatch(/study\.sqlite: the file is damaged .*move it away/)
    }
    expect(existsSync(join(folder, "studies/stored/study.yaml"))).toBe(false)
  })

  test("a database with damaged pages", async () => {
    const folder = studyIn(study(300))
    expect((await command(["run", "study.yaml", "-w", "1"], folder)).code).toBe(0)
    const file = join(folder, "studies/stored/study.sqlite")
    const content = readFileSync(file)
    writeFileSync(file, content.fill(0xa5, 3 * 4096))
    for (const args of [
      ["results", "stored"],
      ["run", "study.yaml", "-w", "1"]
    ]) {
      const run = await command(args, folder)
      expect(run).toMatchObject({ code: 1, stdout: "" })
      expect(run.stderr).toMatch(/^twinpact: .*study\.sqlite: the file is damaged .*move it away.*\n$/)
    }
  })

  test("another program's database, and one of a later version", async () => {
    const folder = studyIn(study(1))
    mkdirSync(join(folder, "studies/stored"), { recursive: true })
    const file = join(folder, "studies/stored/study.sqlite")
    const foreign = new DatabaseSync(file)
    foreign.exec("CREATE TABLE mine (x)")
    const content = readFileSync(file)
    const run = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/was not written by twinpact/)
    expect(readFileSync(file)).toEqual(content)
    foreign.exec("PRAGMA application_id = 1415008340; PRAGMA user_version = 99")
    foreign.close()
    const later = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(later.stderr).toMatch(/expected version 1 of the tables, found 99/)
  })
})

describe("a full disk", () => {
  const mounted = (() => {
    if (!isRoot) return null
    try {
      const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim()
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", folder], { stdio: "ignore" })
      return folder
    } catch {
      return null // not allowed to mount: the test shows as skipped
    }
  })()

  test.skipIf(mounted === null)(
    "stops the run with a clear error and keeps what was recorded",
    async () => {
      const disk = mounted!
      onTestFinished(() => {
        execFileSync("umount", [disk])
      })
      const folder = studyIn(study(20))
      const before = await command(["run", "study.yaml", "-w", "1", "--studies", disk], folder)
      expect(before.code).toBe(0)
      writeFileSync(join(folder, "study.yaml"), study(20_000))
      const full = await command(["run", "study.yaml", "-w", "1", "--studies", disk], folder)
      expect(full.code).toBe(1)
      expect(full.stderr).toMatch(/disk is full/)
      expect(full.stderr).not.toMatch(/mistake in twinpact/)
      // The record can be read elsewhere and still holds what was complete.
      const elsewhere = temporaryFolder()
      cpSync(join(disk, "stored"), join(elsewhere, "studies/stored"), { recursive: true })
      writeFileSync(join(elsewhere, "study.yaml"), study(20))
      const results = await command(["run", "study.yaml", "-w", "1"], elsewhere)
      expect(results).toMatchObject({ code: 0, stdout: before.stdout })
      expect(results.stderr).toContain("20 of 20 trials\n")
    },
    30_000
  )

  test("at any size of file", async () => {
    const folder = studyIn(study(40))
    const main = join(import.meta.dirname, "../src/main.ts")
    for (const bytes of [0, 40_000]) {
      const { status, stderr } = spawnSync(
        "prlimit",
        [`--fsize=${bytes}`, process.execPath, main, "run", "study.yaml", "-w", "1"],
        {
          cwd: folder,
          encoding: "utf8",
          env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" }
        }
      )
      expect(status).toBe(1)
      expect(stderr).toMatch(/disk is full/)
    }
    expect((await command(["run", "study.yaml", "-w", "1"], folder)).code).toBe(0)
  }, 30_000)
})
