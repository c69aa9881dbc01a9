import { expect, test } from "vitest"
import type { ConfigurationResult, StudyResults } from "./aggregate.ts"
import { formatNumber, renderResults, resultsCsv, resultsJson } from "./render.ts"

const row = (agent: string, complete: number, missing: readonly string[]): ConfigurationResult => ({
  configuration: {
    key: 1,
    id: `id-${agent}`,
    environment: { name: "contract", version: "1", config: {} },
    agents: { server: { name: agent, version: "1", config: {} } },
    axes: { agent }
  },
  complete,
  total: 3,
  missing,
  metrics: missing.length > 0 ? {} : { score: { mean: 0.5, low: 0.25, high: 0.75, trials: 3 } }
})

const results: StudyResults = {
  configurations: [row("sac", 3, []), row("ppo", 2, ["1 failed (DivergenceError)"])],
  complete: 5,
  total: 6,
  metricNames: ["score"]
}
const options = { study: "golden", metrics: ["score"], survivors: false }

test("the table says n of N and why a mean is missing", () => {
  expect(renderResults(results, options)).toBe(`golden: 5 of 6 trials complete
agent   score      95% interval  trials
─────────────────────────────────────────────
sac    0.5000  [0.2500, 0.7500]  3 of 3
ppo         -                 -  2 of 3
Incomplete:
  ppo: 1 failed (DivergenceError)
No mean is shown where trials are missing: it would be one over survivors (--survivors shows it).`)
})

test("CSV has full precision and empty cells", () => {
  expect(resultsCsv(results, options)).toBe(`configuration,agent,complete,trials,missing,score,score low,score high
id-sac,sac,3,3,,0.5,0.25,0.75
id-ppo,ppo,2,3,1 failed (DivergenceError),,,
`)
})

test("JSON has null where there is no mean", () => {
  expect(resultsJson(results, options)).toMatchObject({
    complete: 5,
    trials: 6,
    configurations: [
      { agents: { server: "sac" }, metrics: { score: { mean: 0.5, low: 0.25, high: 0.75, trials: 3 } } },
      { missing: ["1 failed (DivergenceError)"], metrics: { score: null } }
    ]
  })
})

test("numbers keep four digits that matter", () => {
  expect([0, 0.98765, -0.5, 1234.56, 1e-5, 12345678].map(formatNumber)).toEqual([
    "0",
    "0.9877",
    "-0.5000",
    "1234.6",
    "1.000e-5",
    "1.235e+7"
  ])
})
