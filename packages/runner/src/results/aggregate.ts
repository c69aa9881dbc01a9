import type { TrialState } from "../coordination/trial-state.ts"
import type { StoredConfiguration, StoredResult, StudyReader } from "../store/reader.ts"
import { bootstrapMean, type Interval } from "./bootstrap.ts"

/** A metric over the seeds of a configuration; `trials` of them have it. */
export interface Aggregate extends Interval {
  readonly trials: number
}

/** One row of the results. */
export interface ConfigurationResult {
  readonly configuration: StoredConfiguration
  readonly complete: number
  readonly total: number
  /** Why trials are missing, such as `2 failed (DivergenceError)`; empty when all are complete. */
  readonly missing: readonly string[]
  /** Empty where trials are missing, unless survivors were asked for. */
  readonly metrics: Readonly<Record<string, Aggregate>>
}

export interface StudyResults {
  readonly configurations: readonly ConfigurationResult[]
  readonly complete: number
  readonly total: number
  /** Every metric of any final evaluation, sorted. */
  readonly metricNames: readonly string[]
}

export interface AggregateOptions {
  /** Average over the complete trials where others are missing: what failed may have failed for a reason. */
  readonly survivors: boolean
  /** The metrics to average; all if absent. */
  readonly metrics?: (names: readonly string[]) => readonly string[]
}

/** Final evaluations by configuration, in the order of the plan. */
export const aggregateStudy = (reader: StudyReader, options: AggregateOptions): StudyResults => {
  const results = reader.results()
  const byConfiguration = Map.groupBy(results, ({ configuration }) => configuration)
  const metricNames = [...new Set(results.flatMap(({ values }) => (values === null ? [] : Object.keys(values))))].sort()
  const wanted = options.metrics?.(metricNames) ?? metricNames
  const configurations = reader
    .configurations()
    .map((configuration) =>
      aggregateConfiguration(configuration, byConfiguration.get(configuration.key) ?? [], wanted, options.survivors)
    )
  const complete = configurations.reduce((sum, row) => sum + row.complete, 0)
  return { configurations, complete, total: results.length, metricNames }
}

const aggregateConfiguration = (
  configuration: StoredConfiguration,
  results: readonly StoredResult[],
  wanted: readonly string[],
  survivors: boolean
): ConfigurationResult => {
  const complete = results.filter(({ state }) => state === "complete")
  const isWhole = complete.length === results.length
  const metrics: Record<string, Aggregate> = {}
  for (const name of isWhole || survivors ? wanted : []) {
    const values = complete.flatMap(({ values }) => (values !== null && name in values ? [values[name]!] : []))
    if (values.length === 0) continue
    metrics[name] = { ...bootstrapMean(values, `${configuration.id}/${name}`), trials: values.length }
  }
  return { configuration, complete: complete.length, total: results.length, missing: describeMissing(results), metrics }
}

/** Counts of what is not complete, by state, with the names of the errors. */
const describeMissing = (results: readonly StoredResult[]): readonly string[] => {
  const states: readonly TrialState[] = ["failed", "stopped", "cancelled", "running", "waiting"]
  return states.flatMap((state) => {
    const trials = results.filter((result) => result.state === state)
    if (trials.length === 0) return []
    const errors = [...new Set(trials.flatMap(({ error }) => (error === null ? [] : [error])))].sort()
    return [`${trials.length} ${state}${errors.length === 0 ? "" : ` (${errors.join(", ")})`}`]
  })
}
