import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { LeaseLostError } from "../errors.ts"
import { openForWriting } from "./database.ts"
import { GroupCommit } from "./group-commit.ts"
import { Lease } from "./lease.ts"

const open = () => {
  const folder = mkdtempSync(join(tmpdir(), "twinpact-commit-"))
  const file = join(folder, "study.sqlite")
  const database = openForWriting(file)
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const failures: unknown[] = []
  const lease = Lease.acquire("s", database)
  const commits = new GroupCommit({ file, database, lease, host: 1, onFailure: (error) => failures.push(error) })
  const count = (table: string) => (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n
  return { database, commits, failures, count }
}

const points = (attempt: number, from: number, n: number) => ({
  attempt,
  from,
  measurements: Array.from({ length: n }, () => ({
    kind: "training" as const,
    envSteps: 1,
    gradientSteps: 1,
    values: { loss: 0.5, tdError: 2 }
  }))
})

test("changes reach the disk by themselves, and an attempt within one group costs one row", async () => {
  const { database, commits, count } = open()
  commits.startAttempt({ key: 1, id: "a", trial: 1, started: 1 })
  commits.endAttempt({ key: 1, ended: 2, end: "complete", batches: 0, digest: "d", error: null })
  expect(count("attempts")).toBe(0)
  await sleep(20)
  expect(database.prepare(`SELECT started, ended, "end" FROM attempts`).all()).toEqual([
    { started: 1, ended: 2, end: "complete" }
  ])
  commits.startAttempt({ key: 2, id: "b", trial: 1, started: 3 })
  await sleep(80)
  commits.endAttempt({ key: 2, ended: 4, end: "lost", batches: 0, digest: null, error: null })
  commits.flush()
  expect(database.prepare(`SELECT "end" FROM attempts ORDER BY key`).all()).toEqual([
    { end: "complete" },
    { end: "lost" }
  ])
})

test("many points are written at once, with their names stored once", () => {
  const { commits, count } = open()
  commits.putPoints(points(1, 0, 19_999))
  expect(count("measurements")).toBe(0)
  commits.putPoints(points(1, 19_999, 1))
  expect(count("measurements")).toBe(20_000)
  expect(count("metric_sets")).toBe(1)
})

test("after a failure nothing is written, and every flush says so", async () => {
  const { database, commits, failures, count } = open()
  commits.putPoints(points(1, 0, 1))
  database.exec("UPDATE lease SET id = 'somebody else'")
  await sleep(20)
  expect(failures).toHaveLength(1)
  expect(failures[0]).toBeInstanceOf(LeaseLostError)
  database.exec("DELETE FROM lease")
  commits.putPoints(points(1, 1, 30_000))
  expect(() => commits.flush()).toThrow(LeaseLostError)
  expect(failures).toHaveLength(1)
  expect(count("measurements")).toBe(0)
})
