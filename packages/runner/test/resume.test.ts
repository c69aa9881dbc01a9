import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { command, fixture, type RunningCommand, startCommand, studyIn } from "./command.ts"

/** 12 trials of about 0.15 s. */
const STUDY = `
name: slow
environment: ${fixture("one-step")}
agent: { name: ${fixture("noisy")}, pauseSeconds: 0.03 }
grid: { environment.bonus: [0, 1, 2] }
seeds: 4
budget: { gradientSteps: 5 }
evaluation: { size: 2, points: 2 }
retry: { lost: 100 }
`

const attempts = (folder: string) => {
  const database = new DatabaseSync(join(folder, "studies/slow/study.sqlite"), { readOnly: true })
  const rows = database
    .prepare(`SELECT trial, "end", count(*) AS n FROM attempts GROUP BY trial, "end"`)
    .all() as unknown as { trial: number; end: string | null; n: number }[]
  const points = database.prepare("SELECT count(*) AS n FROM points WHERE kind = 'evaluation'").get() as { n: number }
  database.close()
  const of = (end: string) => rows.filter((row) => row.end === end)
  return { complete: of("complete"), preempted: of("preempted"), lost: of("lost"), points: points.n }
}

const until = async (running: RunningCommand, condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !condition() && running.child.exitCode === null; i++) await sleep(10)
}

const undisturbed = async (): Promise<{ stdout: string; points: number }> => {
  const folder = studyIn(STUDY)
  const { code, stdout } = await command(["run", "study.yaml", "--workers", "2"], folder)
  expect(code).toBe(0)
  return { stdout, points: attempts(folder).points }
}

describe("an interrupted run", () => {
  test("is finished by the same command, whenever it was interrupted", async () => {
    const expected = await undisturbed()
    const folder = studyIn(STUDY)
    for (const [signal, wait] of [
      ["SIGINT", 150],
      ["SIGKILL", 100],
      ["SIGINT", 0],
      ["SIGKILL", 300]
    ] as const) {
      const running = startCommand(["run", "study.yaml", "--workers", "2"], folder)
      await until(running, () => running.stderr().includes(" of 12 trials"))
      await sleep(wait)
      running.child.kill(signal)
      const { code, stdout, stderr } = await running.result
      if (signal === "SIGKILL") {
        expect(code).toBe("SIGKILL")
      } else {
        expect(code).toBe(130)
        expect(stderr).toMatch(/interrupted: \d+ of 12 trials are stored; go on with: twinpact run study.yaml\n$/)
      }
      expect(stdout).toBe("")
    }
    const { code, stdout } = await command(["run", "study.yaml", "--workers", "1"], folder)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expected.stdout })
    const { complete, preempted, lost, points } = attempts(folder)
    expect(complete).toHaveLength(12)
    expect(complete.every(({ n }) => n === 1)).toBe(true)
    expect(points).toBe(expected.points)
    expect(preempted.length).toBeGreaterThan(0)
    expect(lost.length).toBeGreaterThan(0)
  }, 40_000)

  test("writes nothing when it is interrupted while it starts", async () => {
    const folder = studyIn(STUDY)
    for (const wait of [20, 200, 500]) {
      const running = startCommand(["run", "study.yaml"], folder)
      await sleep(wait)
      running.child.kill("SIGINT")
      const { code, stdout } = await running.result
      expect(["SIGINT", 130]).toContain(code)
      expect(stdout).toBe("")
    }
    expect((await command(["run", "study.yaml"], folder)).code).toBe(0)
    expect(attempts(folder).complete).toHaveLength(12)
  }, 30_000)

  test("ends at once at the second Ctrl-C", async () => {
    const folder = studyIn(STUDY.replace("pauseSeconds: 0.03", "pauseSeconds: 20"))
    const running = startCommand(["run", "study.yaml"], folder)
    await until(running, () => running.stderr().includes("0 of 12 trials"))
    await sleep(700)
    running.child.kill("SIGINT")
    await until(running, () => running.stderr().includes("press Ctrl-C again"))
    running.child.kill("SIGINT")
    expect((await running.result).code).toBe("SIGINT")
  })
})

describe("running again", () => {
  test("runs nothing when all is there, and only what is new when the file grew", async () => {
    const folder = studyIn(STUDY)
    const first = await command(["run", "study.yaml", "-w", "1"], folder)
    const again = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(again.stdout).toBe(first.stdout)
    const { writeFileSync } = await import("node:fs")
    writeFileSync(join(folder, "study.yaml"), STUDY.replace("[0, 1, 2]", "[2, 3]"))
    const changed = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(changed.stdout).toContain("slow: 8 of 8 trials complete")
    expect(changed.stderr).toContain("4 of 8 trials\n")
    const status = await command(["status", "slow", "--json"], folder)
    expect(JSON.parse(status.stdout)).toMatchObject({ trials: { complete: 8 }, formerTrials: 8, holder: null })
    writeFileSync(join(folder, "study.yaml"), STUDY)
    const back = await command(["run", "study.yaml", "-w", "1"], folder)
    expect(back.stdout).toBe(first.stdout)
    expect(attempts(folder).complete).toHaveLength(16)
  }, 30_000)

  test("repeats everything with --force, with the same results", async () => {
    const folder = studyIn(STUDY)
    const first = await command(["run", "study.yaml", "--workers", "1"], folder)
    const again = await command(["run", "study.yaml", "--workers", "2", "--force"], folder)
    expect(again.stdout).toBe(first.stdout)
    expect(attempts(folder).complete.every(({ n }) => n === 2)).toBe(true)
  }, 30_000)
})

test("a second run of a study names its holder and exits with 3", async () => {
  const folder = studyIn(STUDY)
  const running = startCommand(["run", "study.yaml"], folder)
  await until(running, () => running.stderr().includes("0 of 12 trials"))
  const second = await command(["run", "study.yaml"], folder)
  expect(second).toMatchObject({ code: 3, stdout: "" })
  expect(second.stderr).toContain(`process ${running.child.pid}`)
  const status = await command(["status", "slow"], folder)
  expect(status.stdout).toContain("trials complete")
  expect((await running.result).code).toBe(0)
})
