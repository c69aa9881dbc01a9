import type { DatabaseSync } from "node:sqlite"
import type { Assignment, Configuration, Measurement } from "@twinpact/core"
import type { TrialState } from "../coordination/trial-state.ts"
import type { Holder } from "../errors.ts"
import { guard, openForReading } from "./database.ts"
import { livingHolder } from "./lease.ts"

/** Failed trials with the same error. */
export interface FailureGroup {
  readonly name: string
  readonly code: string | null
  readonly message: string
  readonly stack: string | null
  readonly trials: number
  /** Id of the first of them, in the order of the plan. */
  readonly example: string
}

/** A configuration of the present plan as it was stored. */
export interface StoredConfiguration {
  readonly key: number
  readonly id: string
  readonly environment: Assignment
  readonly agents: Readonly<Record<string, Assignment>>
  readonly axes: Readonly<Record<string, unknown>>
}

/** A trial of the present plan with its final evaluation. */
export interface StoredResult {
  readonly configuration: number
  readonly seed: number
  readonly state: TrialState
  /** Name of the error of a failed trial. */
  readonly error: string | null
  /** Values of the last evaluation of a complete trial. */
  readonly values: Readonly<Record<string, number>> | null
}

/** A trial of the present plan with everything that it was made from. */
export interface StoredTrialDetails {
  readonly id: string
  readonly seed: number
  readonly state: TrialState
  readonly configuration: Configuration
  /** The last evaluation of a complete trial. */
  readonly final: Measurement | null
}

/** Reads a study while another process may write it. */
export class StudyReader {
  private readonly file: string
  private readonly database: DatabaseSync

  constructor(file: string) {
    this.file = file
    this.database = openForReading(file)
  }

  close(): void {
    this.database.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  holder(): Holder | null {
    return guard(this.file, "read", () => livingHolder(this.database))
  }

  /** Trials of the present plan by state. */
  counts(): Record<TrialState, number> {
    const counts = { waiting: 0, running: 0, complete: 0, stopped: 0, failed: 0, cancelled: 0 }
    const rows = this.all<{ state: TrialState; trials: number }>(
      "SELECT state, count(*) AS trials FROM trials WHERE position IS NOT NULL GROUP BY state"
    )
    for (const { state, trials } of rows) counts[state] = trials
    return counts
  }

  /** Trials that earlier versions of the study file asked for. */
  formerTrials(): number {
    return this.all<{ trials: number }>("SELECT count(*) AS trials FROM trials WHERE position IS NULL")[0]!.trials
  }

  /** The most frequent first. */
  failures(): readonly FailureGroup[] {
    return this.all<FailureGroup & { first: number }>(
      `SELECT e.name, e.code, e.message, e.stack, count(*) AS trials, min(t.position) AS first, t.id AS example
       FROM trials t JOIN attempts a ON a.key = t.attempt JOIN errors e ON e.key = a.error
       WHERE t.state = 'failed' AND t.position IS NOT NULL
       GROUP BY e.key ORDER BY trials DESC, first`
    ).map(({ first: _, ...group }) => group)
  }

  /** Trials whose complete attempts on one platform had different results: what they ran is not deterministic. */
  contradictions(): readonly string[] {
    return this.all<{ id: string }>(
      `SELECT DISTINCT t.id FROM trials t JOIN (
         SELECT a.trial FROM attempts a JOIN hosts h ON h.key = a.host WHERE a.digest IS NOT NULL
         GROUP BY a.trial, h.platform HAVING count(DISTINCT a.digest) > 1
       ) differing ON differing.trial = t.key
       WHERE t.position IS NOT NULL ORDER BY t.position`
    ).map(({ id }) => id)
  }

  configurations(): readonly StoredConfiguration[] {
    return this.all<{ key: number; id: string; content: string }>(
      "SELECT key, id, content FROM configurations WHERE position IS NOT NULL ORDER BY position"
    ).map(({ key, id, content }) => {
      const { environment, agents, axes } = JSON.parse(content) as Configuration
      return { key, id, environment, agents, axes }
    })
  }

  /** In the order of the plan. */
  results(): readonly StoredResult[] {
    const metricNames = new Map<string, readonly string[]>()
    const namesOf = (names: string): readonly string[] => {
      const known = metricNames.get(names)
      if (known !== undefined) return known
      const parsed = JSON.parse(names) as readonly string[]
      metricNames.set(names, parsed)
      return parsed
    }
    return this.all<{
      configuration: number
      seed: number
      state: TrialState
      error: string | null
      names: string | null
      numbers: string | null
    }>(
      `SELECT t.configuration, t.seed, t.state, e.name AS error, s.names, m.numbers
       FROM trials t
       LEFT JOIN measurements m ON t.state = 'complete' AND m.attempt = t.attempt AND m.number =
         (SELECT max(number) FROM measurements WHERE attempt = t.attempt AND kind = 'evaluation')
       LEFT JOIN metric_sets s ON s.key = m.metric_set
       LEFT JOIN attempts a ON t.state = 'failed' AND a.key = t.attempt
       LEFT JOIN errors e ON e.key = a.error
       WHERE t.position IS NOT NULL ORDER BY t.position`
    ).map(({ names, numbers, ...trial }) => ({
      ...trial,
      values: names === null || numbers === null ? null : zip(namesOf(names), JSON.parse(numbers) as number[])
    }))
  }

  /** Trials whose id begins with `prefix`. */
  trialsById(prefix: string): readonly StoredTrialDetails[] {
    return this.all<{
      id: string
      seed: number
      state: TrialState
      content: string
      env_steps: number | null
      gradient_steps: number
      names: string
      numbers: string
    }>(
      `SELECT t.id, t.seed, t.state, c.content, m.env_steps, m.gradient_steps, s.names, m.numbers
       FROM trials t JOIN configurations c ON c.key = t.configuration
       LEFT JOIN measurements m ON t.state = 'complete' AND m.attempt = t.attempt AND m.number =
         (SELECT max(number) FROM measurements WHERE attempt = t.attempt AND kind = 'evaluation')
       LEFT JOIN metric_sets s ON s.key = m.metric_set
       WHERE t.position IS NOT NULL AND substr(t.id, 1, length(?)) = ? ORDER BY t.position`,
      prefix,
      prefix
    ).map(({ id, seed, state, content, env_steps: envSteps, gradient_steps: gradientSteps, names, numbers }) => ({
      id,
      seed,
      state,
      configuration: JSON.parse(content) as Configuration,
      final:
        envSteps === null
          ? null
          : {
              kind: "evaluation",
              envSteps,
              gradientSteps,
              values: zip(JSON.parse(names) as string[], JSON.parse(numbers) as number[])
            }
    }))
  }

  private all<Row>(query: string, ...parameters: readonly string[]): readonly Row[] {
    return guard(this.file, "read", () => this.database.prepare(query).all(...parameters) as unknown as Row[])
  }
}

const zip = (names: readonly string[], numbers: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, numbers[index]!]))
