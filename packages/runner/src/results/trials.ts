import { stringify } from "csv-stringify/sync"
import { renderTable } from "../cli/table.ts"
import type { StoredTrialDetails } from "../store/reader.ts"
import { axisColumns } from "./axis-columns.ts"
import { formatNumber } from "./render.ts"

/** Every trial in a row: its id, what it is, how it stands and its last evaluation. */
export const renderTrials = (trials: readonly StoredTrialDetails[], metrics: readonly string[]): string => {
  const { head, rows } = tabulate(trials, metrics, (value) => (value === undefined ? "-" : formatNumber(value)))
  return renderTable(head, rows, { leftColumns: head.length - metrics.length })
}

export const trialsCsv = (trials: readonly StoredTrialDetails[], metrics: readonly string[]): string => {
  const { head, rows } = tabulate(trials, metrics, (value) => (value === undefined ? "" : String(value)))
  return stringify([head, ...rows])
}

export const trialsJson = (trials: readonly StoredTrialDetails[], metrics: readonly string[]): object =>
  trials.map(({ id, seed, state, configuration, final }) => ({
    id,
    seed,
    state,
    axes: configuration.axes,
    agents: Object.fromEntries(Object.entries(configuration.agents).map(([role, { name }]) => [role, name])),
    envSteps: final?.envSteps ?? null,
    gradientSteps: final?.gradientSteps ?? null,
    metrics: Object.fromEntries(metrics.map((metric) => [metric, final?.values[metric] ?? null]))
  }))

const tabulate = (
  trials: readonly StoredTrialDetails[],
  metrics: readonly string[],
  format: (value: number | undefined) => string
) => {
  const columns = axisColumns(trials.map(({ configuration }) => configuration))
  return {
    head: ["trial", ...columns.names, "seed", "state", ...metrics],
    rows: trials.map(({ id, seed, state, configuration, final }) => [
      id,
      ...columns.cells(configuration),
      String(seed),
      state,
      ...metrics.map((metric) => format(final?.values[metric]))
    ])
  }
}
