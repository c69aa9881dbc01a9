import type { TrialState } from "../coordination/trial-state.ts"
import type { Holder } from "../errors.ts"
import type { FailureGroup } from "../store/reader.ts"
import { describeContradictions, describeFailures } from "./failure-report.ts"

export interface StudyStatus {
  readonly study: string
  readonly folder: string
  readonly holder: Holder | null
  readonly trials: Readonly<Record<TrialState, number>>
  /** Stored trials that the present study file no longer asks for. */
  readonly formerTrials: number
  readonly failures: readonly FailureGroup[]
  /** Trials that gave other results when repeated on the same platform. */
  readonly contradictions: readonly string[]
}

export const describeStatus = (status: StudyStatus): string => {
  const { study, folder, holder, trials, formerTrials, failures, contradictions } = status
  const total = Object.values(trials).reduce((sum, count) => sum + count, 0)
  const states = (Object.entries(trials) as [TrialState, number][])
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `  ${state.padEnd(10)}${String(count).padStart(String(total).length)}`)
  const isOrphaned = holder === null && trials.running > 0
  return [
    `${study} (${folder}): ${trials.complete} of ${total} trials complete`,
    ...states,
    ...(formerTrials > 0 ? [`  ${formerTrials} more are stored that the present study file no longer asks for`] : []),
    holder === null
      ? "No run works on it now."
      : `Process ${holder.pid} on ${holder.host} works on it since ${new Date(holder.since).toISOString()}.`,
    ...(isOrphaned ? ["The last run died while trials were running: run the study again, and they start anew."] : []),
    ...describeContradictions(contradictions),
    ...(failures.length > 0 ? [describeFailures(failures), `Put them back with: twinpact retry ${study}`] : [])
  ].join("\n")
}
