import process from "node:process"
import { aggregateStudy } from "../results/aggregate.ts"
import { chooseMetrics } from "../results/metric-choice.ts"
import { renderResults, resultsCsv, resultsJson } from "../results/render.ts"
import { renderTrials, trialsCsv, trialsJson } from "../results/trials.ts"
import type { StudyReader } from "../store/reader.ts"
import { print, printJson } from "./output.ts"

export interface ResultsOptions {
  readonly study: string
  /** Null or undefined: the usual ones. */
  readonly metrics: readonly string[] | undefined
  readonly survivors: boolean
  readonly json: boolean
  readonly csv: boolean
}

export const printResults = (
  reader: StudyReader,
  { study, metrics: asked, survivors, json, csv }: ResultsOptions
): void => {
  // Programs get every metric unless they ask for some.
  const isForPrograms = (json || csv) && asked === undefined
  const choose = (names: readonly string[]) => (isForPrograms ? names : chooseMetrics(asked, names))
  const results = aggregateStudy(reader, { survivors, metrics: choose })
  const options = { study, metrics: choose(results.metricNames), survivors }
  if (json) printJson(resultsJson(results, options))
  else if (csv) process.stdout.write(resultsCsv(results, options))
  else print(renderResults(results, options))
}

/** One row per trial. */
export const printTrials = (reader: StudyReader, { metrics: asked, json, csv }: ResultsOptions): void => {
  const trials = reader.trialsById("")
  const names = [...new Set(trials.flatMap(({ final }) => Object.keys(final?.values ?? {})))].sort()
  const metrics = (json || csv) && asked === undefined ? names : chooseMetrics(asked, names)
  if (json) printJson(trialsJson(trials, metrics))
  else if (csv) process.stdout.write(trialsCsv(trials, metrics))
  else print(renderTrials(trials, metrics))
}
