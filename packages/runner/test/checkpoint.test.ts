import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { command, startCommand, studyIn } from "./command.ts"

/** Two trials of some seconds that learn, prune and drift. */
const STUDY = `
name: learning
environment: { name: contract, episodeSteps: 5 }
agent:
  name: pruned-diffusion-sac
  width: 32
  denoisingSteps: 2
  batchSize: 64
  learningStarts: 100
  pruning: { events: 10 }
seeds: 2
budget: { gradientSteps: 1000 }
evaluation: { size: 16, points: 4 }
checkpoint: { everySeconds: 0.3 }
`

/** Every measurement of every complete trial. */
const points = (folder: string): readonly unknown[] => {
  const database = new DatabaseSync(join(folder, "studies/learning/study.sqlite"), { readOnly: true })
  const rows = database
    .prepare(
      `SELECT p.* FROM points p JOIN trials t ON t.id = p.trial
       WHERE t.state = 'complete' ORDER BY p.seed, p.kind, p.env_steps, p.metric`
    )
    .all()
  database.close()
  return rows
}

const checkpointsIn = (folder: string): readonly string[] => {
  const path = join(folder, "studies/learning/checkpoints")
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".safetensors")) : []
}

describe("checkpoints", () => {
  test("a trial that was interrupted or killed goes on and measures what one that was not measures", async () => {
    const quiet = studyIn(STUDY)
    expect((await command(["run", "study.yaml", "--workers", "2"], quiet)).code).toBe(0)
    const expected = points(quiet)
    expect(expected.length).toBeGreaterThan(8)
    const folder = studyIn(STUDY)
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const running = startCommand(["run", "study.yaml", "--workers", "2"], folder)
      for (let i = 0; i < 500 && checkpointsIn(folder).length < 2 && running.child.exitCode === null; i++)
        await sleep(10)
      await sleep(400)
      running.child.kill(signal)
      await running.result
      expect(checkpointsIn(folder)).toHaveLength(2)
    }
    const before = checkpointsIn(folder).map((name) => readFileSync(join(folder, "studies/learning/checkpoints", name)))
    expect(before.every((bytes) => bytes.length > 10_000)).toBe(true)
    expect((await command(["run", "study.yaml", "--workers", "2"], folder)).code).toBe(0)
    expect(points(folder)).toEqual(expected)
    expect(checkpointsIn(folder)).toHaveLength(0)
    expect(readdirSync(join(folder, "studies/learning/policies"))).toHaveLength(2)
  }, 60_000)

  test("a damaged checkpoint fails its trial with the file and the way out, and the other trials go on", async () => {
    const folder = studyIn(STUDY)
    const running = startCommand(["run", "study.yaml", "--workers", "2"], folder)
    for (let i = 0; i < 500 && checkpointsIn(folder).length < 2 && running.child.exitCode === null; i++) await sleep(10)
    running.child.kill("SIGINT")
    await running.result
    const [damaged] = checkpointsIn(folder)
    writeFileSync(join(folder, "studies/learning/checkpoints", damaged), "not a checkpoint")
    const { code, stderr } = await command(["run", "study.yaml", "--workers", "2"], folder)
    expect(code).toBe(1)
    expect(stderr).toContain(damaged)
    expect(stderr).toContain("retry the trial: it then starts from the beginning")
    expect((await command(["run", "study.yaml", "--retry-failed"], folder)).code).toBe(0)
  }, 60_000)
})
