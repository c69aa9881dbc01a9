import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { command, fixture, startCommand, studyIn } from "./command.ts"

/** One trial of about 3 s with 30 training records and 31 evaluations. */
const STUDY = `
name: long
environment: ${fixture("one-step")}
agent: { name: ${fixture("noisy")}, pauseSeconds: 0.1 }
budget: { gradientSteps: 30 }
evaluation: { size: 2, points: 31 }
`

test("measurements of a long trial are on disk while it runs, and none is lost or twice", async () => {
  const folder = studyIn(STUDY)
  const running = startCommand(["run", "study.yaml", "-w", "1"], folder)
  const file = join(folder, "studies/long/study.sqlite")
  const count = (query: string): number => {
    const database = new DatabaseSync(file, { readOnly: true })
    const { n } = database.prepare(query).get() as { n: number }
    database.close()
    return n
  }
  await sleep(1_000) // the database is there by then, or the first count says so
  let seen = 0
  for (let i = 0; i < 300 && seen === 0 && running.child.exitCode === null; i++) {
    await sleep(20)
    seen = count("SELECT count(*) AS n FROM measurements")
  }
  const waiting = count("SELECT count(*) AS n FROM trials WHERE state = 'running'")
  expect({ isSeen: seen > 0, waiting }).toEqual({ isSeen: true, waiting: 1 })
  expect((await running.result).code).toBe(0)
  expect(count("SELECT count(*) AS n FROM measurements WHERE kind = 'evaluation'")).toBe(31)
  expect(count("SELECT count(*) AS n FROM measurements WHERE kind = 'training'")).toBe(30)
  expect(count("SELECT batches AS n FROM attempts")).toBeGreaterThan(1)
  expect(count("SELECT count(*) AS n FROM points WHERE metric = 'score'")).toBe(31)
}, 20_000)

test("an agent that is not deterministic is found out when its trials are repeated", async () => {
  const folder = studyIn(
    `name: luck\nenvironment: ${fixture("one-step")}\nagent: ${fixture("unseeded")}\nseeds: 8\nevaluation: { size: 2 }\n`
  )
  expect((await command(["run", "study.yaml", "-w", "1"], folder)).code).toBe(0)
  const again = await command(["run", "study.yaml", "-w", "1", "--force"], folder)
  expect(again.code).toBe(1)
  expect(again.stderr).toMatch(/determinism error: \d trials? gave other results when repeated on the same platform/)
  expect((await command(["status", "luck"], folder)).stdout).toContain("determinism error")
})
