import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { command, fixture, studyIn } from "./command.ts"

const STUDY = `
name: faults
environment: ${fixture("one-step")}
grid:
  agent:
    - ${fixture("noisy")}
    - { name: ${fixture("faulty")}, from: 50 }
    - { name: ${fixture("faulty")}, from: 50, how: exit }
    - { name: ${fixture("faulty")}, from: 50, how: reject }
    - { name: ${fixture("faulty")}, from: 50, how: text }
seeds: 5
budget: { gradientSteps: 2 }
evaluation: { size: 2 }
retry: { failed: 1 }
`

test("a trial fails alone, is tried again as often as the study says, and is grouped with its like", async () => {
  const folder = studyIn(STUDY)
  const run = await command(["run", "study.yaml", "--workers", "2"], folder)
  expect(run.code).toBe(1)
  expect(run.stdout).toMatch(/Incomplete:\n/)
  expect(run.stdout).toMatch(/how=exit\): \d failed \(WorkerCrashedError\)/)
  // One stack trace for all trials that failed at the same place.
  expect(run.stderr.match(/TypeError: failed on purpose at level/g)).toHaveLength(2) // in full, and in the summary
  expect(run.stderr).toContain("process.exit(3)")
  expect(run.stderr).toContain("caused by Error: why")

  const status = JSON.parse((await command(["status", "faults", "--json"], folder)).stdout)
  expect(status.failures).toHaveLength(4)
  const failed = status.failures.map((group: { trials: number }) => group.trials)
  expect(new Set(failed).size).toBe(1) // the same seeds fail in every way
  expect(status.trials).toMatchObject({ complete: 25 - 4 * failed[0], failed: 4 * failed[0], waiting: 0, running: 0 })

  const results = JSON.parse((await command(["results", "faults", "--json"], folder)).stdout)
  expect(results.configurations[0].metrics.score.trials).toBe(5)
  expect(results.configurations[1].metrics.score).toBeNull()
  const survivors = JSON.parse((await command(["results", "faults", "--json", "--survivors"], folder)).stdout)
  expect(survivors.configurations[1].metrics.score.trials).toBe(5 - failed[0])

  const again = await command(["run", "study.yaml", "--workers", "1"], folder)
  expect(again).toMatchObject({ code: 1, stdout: run.stdout })
  const retry = await command(["retry", "faults"], folder)
  expect(retry.stdout).toBe(`${4 * failed[0]} trials wait again; run the study to try them\n`)
  const third = await command(["run", "study.yaml", "--workers", "2"], folder)
  expect(third).toMatchObject({ code: 1, stdout: run.stdout })

  const manifest = JSON.parse(readFileSync(join(folder, "studies/faults/manifest.json"), "utf8"))
  expect(manifest.runs).toHaveLength(3)
  expect(manifest).toMatchObject({ trials: 25, configurations: 5, seeds: [0, 1, 2, 3, 4] })
  expect(manifest.runs[0]).toMatchObject({
    outcome: { failed: 4 * failed[0] },
    machine: { node: process.versions.node }
  })
  expect(readFileSync(join(folder, "studies/faults/study.yaml"), "utf8")).toBe(STUDY)
}, 30_000)
