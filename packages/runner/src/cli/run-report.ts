import type { RunSummary } from "../run-study.ts"
import { StudyReader } from "../store/reader.ts"
import { describeContradictions, summariseFailures } from "./failure-report.ts"
import { note } from "./output.ts"
import { printResults, type ResultsOptions } from "./results-report.ts"

export interface RunReportOptions extends Omit<ResultsOptions, "study" | "csv"> {
  readonly file: string
  readonly studies: string
  readonly isInterrupted: boolean
}

const INTERRUPTED = 130

/** Prints what a run came to and what to do next. @returns the exit code of the command. */
export const reportRun = ({ folder, counts }: RunSummary, options: RunReportOptions): number => {
  const { file, studies, isInterrupted } = options
  const flags = studies === "studies" ? "" : ` --studies ${quote(studies)}`
  const open = counts.waiting + counts.running
  if (isInterrupted && open > 0) {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    note(`interrupted: ${total - open} of ${total} trials are stored; go on with: twinpact run ${quote(file)}${flags}`)
    return INTERRUPTED
  }
  using reader = new StudyReader(folder.database)
  printResults(reader, { ...options, study: folder.name, csv: false })
  if (counts.failed > 0) note(summariseFailures(reader.failures()))
  const contradictions = reader.contradictions()
  note(
    [
      ...describeContradictions(contradictions),
      "next:",
      ...(counts.failed > 0 ? [`  twinpact run ${quote(file)}${flags} --retry-failed`] : []),
      `  twinpact results ${folder.name}${flags} --json`,
      `  twinpact status ${folder.name}${flags}`
    ].join("\n")
  )
  return counts.failed > 0 || counts.cancelled > 0 || contradictions.length > 0 ? 1 : 0
}

/** As a shell would need it. */
const quote = (argument: string): string =>
  /^[\w./:@%+=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
