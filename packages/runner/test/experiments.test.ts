import { join } from "node:path"
import { expect, test } from "vitest"
import { command, temporaryFolder } from "./command.ts"

const experiment = (name: string) => join(import.meta.dirname, "../../../experiments", `${name}.yaml`)

/** The table that `npm start` prints, as it was first measured: another day, machine or pool size must give it again. */
const QUICKSTART = `2                      complete-information  1.0736  [1.0736, 1.0736]         4877.9              0            0       1.0000  10 of 10
2                      optimal               1.0000  [1.0000, 1.0000]         4562.4         2349.5            0            0  10 of 10
2                      optimal(margin=0.02)  0.9671  [0.9671, 0.9671]         4398.5         4537.9            0            0  10 of 10
2                      top-type-only         0.7377  [0.7377, 0.7377]         3720.1              0            0            0  10 of 10
2                      pooled                0.5814  [0.5814, 0.5814]         2399.4        10957.8            0            0  10 of 10
2                      random                0.3526  [0.3496, 0.3554]         1465.3        28279.4            0            0  10 of 10
10                     complete-information  1.2718  [1.2718, 1.2718]         4799.3              0            0       1.0000  10 of 10
10                     optimal               1.0000  [1.0000, 1.0000]         3779.7         7160.8            0            0  10 of 10
10                     optimal(margin=0.02)  0.9944  [0.9944, 0.9944]         3758.9         7377.8            0            0  10 of 10
10                     top-type-only         0.2011  [0.2011, 0.2011]       778.6857              0            0            0  10 of 10
10                     pooled                0.5108  [0.5108, 0.5108]         1901.3        10321.0            0            0  10 of 10
10                     random                0.3290  [0.3248, 0.3328]         1210.0        35098.3            0            0  10 of 10`

test("the quickstart gives the table of the README", async () => {
  const folder = temporaryFolder()
  const { code } = await command(["run", experiment("quickstart")], folder)
  expect(code).toBe(0)
  const { stdout } = await command(["results", "quickstart"], folder)
  expect(stdout).toContain("120 of 120 trials complete")
  expect(stdout).toContain(QUICKSTART)
})

test("devices that learn undo the exact optimum in every seed; a margin of 2 % keeps every device truthful", async () => {
  const folder = temporaryFolder()
  const { code } = await command(["run", experiment("fragile-optimum")], folder)
  expect(code).toBe(0)
  const { DatabaseSync } = await import("node:sqlite")
  const database = new DatabaseSync(join(folder, "studies/fragile-optimum/study.sqlite"), { readOnly: true })
  const of = (margin: number, metric: string) =>
    database
      .prepare(
        `SELECT p.value FROM points p JOIN trials t ON t.id = p.trial JOIN configurations c ON c.key = t.configuration
         WHERE p.kind = 'evaluation' AND p.metric = ? AND json_extract(c.content, '$.agents.server.config.margin') = ?`
      )
      .all(metric, margin)
      .map(({ value }) => Number(value))
  const [fragile, robust, truthful] = [of(0, "score"), of(0.02, "score"), of(0.02, "server/truthful")]
  database.close()
  expect([fragile.length, robust.length]).toEqual([10, 10])
  expect(Math.max(...fragile)).toBeLessThan(0.85)
  expect(Math.min(...robust)).toBeGreaterThan(0.95)
  expect(Math.min(...truthful)).toBeCloseTo(1, 9)
})
