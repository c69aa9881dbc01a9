import { stringify } from "csv-stringify/sync"
import { renderTable } from "../cli/table.ts"
import type { Aggregate, ConfigurationResult, StudyResults } from "./aggregate.ts"
import { axisColumns } from "./axis-columns.ts"

export interface RenderOptions {
  readonly study: string
  /** The first one is shown with its interval. */
  readonly metrics: readonly string[]
  /** Averages over incomplete configurations were asked for. */
  readonly survivors: boolean
}

/** The table for people. The same results give the same bytes: no times, no order of arrival. */
export const renderResults = (results: StudyResults, { study, metrics, survivors }: RenderOptions): string => {
  const columns = axisColumns(results.configurations.map(({ configuration }) => configuration))
  const [main, ...others] = metrics
  const head = [...columns.names, ...(main === undefined ? [] : [main, "95% interval"]), ...others, "trials"]
  const rows = results.configurations.map((row) => [
    ...columns.cells(row.configuration),
    ...(main === undefined ? [] : [formatMean(row, row.metrics[main]), formatInterval(row.metrics[main])]),
    ...others.map((metric) => formatMean(row, row.metrics[metric])),
    `${row.complete} of ${row.total}`
  ])
  const notes = results.configurations
    .filter(({ missing }) => missing.length > 0)
    .map((row) => `  ${columns.cells(row.configuration).join(", ")}: ${row.missing.join(", ")}`)
  const explanation = survivors
    ? "* a mean over the complete trials alone: those that are missing may be missing for a reason"
    : "No mean is shown where trials are missing: it would be one over survivors (--survivors shows it)."
  return [
    `${study}: ${results.complete} of ${results.total} trials complete`,
    renderTable(head, rows, { leftColumns: columns.names.length }),
    ...(notes.length === 0 ? [] : ["Incomplete:", ...notes, explanation])
  ].join("\n")
}

/** Everything with full precision, for programs. */
export const resultsJson = (results: StudyResults, { study, metrics }: RenderOptions): object => ({
  study,
  complete: results.complete,
  trials: results.total,
  interval: "95% percentile bootstrap of the mean over seeds, 2000 resamples",
  configurations: results.configurations.map(({ configuration, complete, total, missing, metrics: aggregates }) => {
    const { id, environment, agents, axes } = configuration
    return {
      id,
      axes,
      environment: environment.name,
      agents: Object.fromEntries(Object.entries(agents).map(([role, { name }]) => [role, name])),
      complete,
      trials: total,
      missing,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, aggregateJson(aggregates[metric])]))
    }
  })
})

/** One line per configuration; empty cells where a mean does not exist. */
export const resultsCsv = (results: StudyResults, { metrics }: RenderOptions): string => {
  const columns = axisColumns(results.configurations.map(({ configuration }) => configuration))
  const head = ["configuration", ...columns.names, "complete", "trials", "missing"]
  const rows = results.configurations.map((row) => [
    row.configuration.id,
    ...columns.cells(row.configuration),
    row.complete,
    row.total,
    row.missing.join("; "),
    ...metrics.flatMap((metric) => {
      const aggregate = row.metrics[metric]
      return [aggregate?.mean, aggregate?.low, aggregate?.high].map((value) => (Number.isFinite(value) ? value : ""))
    })
  ])
  return stringify([[...head, ...metrics.flatMap((metric) => [metric, `${metric} low`, `${metric} high`])], ...rows])
}

const aggregateJson = (aggregate: Aggregate | undefined): object | null =>
  aggregate === undefined
    ? null
    : {
        mean: aggregate.mean,
        low: Number.isFinite(aggregate.low) ? aggregate.low : null,
        high: Number.isFinite(aggregate.high) ? aggregate.high : null,
        trials: aggregate.trials
      }

const formatMean = (row: ConfigurationResult, aggregate: Aggregate | undefined): string => {
  if (aggregate === undefined) return "-"
  return `${formatNumber(aggregate.mean)}${row.complete < row.total ? "*" : ""}`
}

const formatInterval = (aggregate: Aggregate | undefined): string =>
  aggregate === undefined || Number.isNaN(aggregate.low)
    ? "-"
    : `[${formatNumber(aggregate.low)}, ${formatNumber(aggregate.high)}]`

/** Four decimals, or four digits where that would hide the number; what is only rounding is 0. */
export const formatNumber = (value: number): string => {
  const magnitude = Math.abs(value)
  if (magnitude < 1e-9) return "0"
  if (magnitude >= 1e7 || magnitude < 1e-3) return value.toExponential(3)
  return magnitude >= 1000 ? value.toFixed(1) : value.toFixed(4)
}
