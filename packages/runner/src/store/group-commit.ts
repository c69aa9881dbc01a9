import type { DatabaseSync } from "node:sqlite"
import type { Measurement } from "@twinpact/core"
import { monotonicSeconds } from "../clock.ts"
import type { AttemptConclusion, AttemptStart, PointBatch, TrialChange } from "./changes.ts"
import { guard, transact } from "./database.ts"
import { ErrorGroups } from "./error-groups.ts"
import type { Lease } from "./lease.ts"

/** Changes wait at most this long for others to share their commit. */
const INTERVAL_SECONDS = 0.05

/** Waiting measurements that cause a commit at once: the bound of this process's memory. */
const MAXIMUM_WAITING = 20_000

export interface GroupCommitOptions {
  readonly file: string
  readonly database: DatabaseSync
  readonly lease: Lease
  /** The row of this process in `hosts`. */
  readonly host: number
  /** Called once, when a commit failed: nothing will be written after it. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Writes changes in transactions that several trials share: a commit waits for the disk, which a short trial must not.
 *
 * Changes are kept in order. The first change after a pause is committed at once; under load a commit takes what came
 * in 50 ms. A trial that starts and ends within one group costs one row of `attempts`.
 */
export class GroupCommit {
  private readonly options: GroupCommitOptions
  private readonly statements: ReturnType<typeof prepare>
  private readonly errors: ErrorGroups
  private readonly metricSets = new Map<string, number>()
  private trials = new Map<number, TrialChange>()
  private starts = new Map<number, AttemptStart>()
  private conclusions: AttemptConclusion[] = []
  private batches: PointBatch[] = []
  private waiting = 0
  private lastCommit = Number.NEGATIVE_INFINITY
  private cancelTimer: (() => void) | null = null
  /** Set for good by the first commit that failed. */
  private failure: { readonly error: unknown } | null = null

  constructor(options: GroupCommitOptions) {
    this.options = options
    this.statements = prepare(options.database)
    this.errors = new ErrorGroups(options.database)
  }

  putTrial(change: TrialChange): void {
    const attempt = change.attempt ?? this.trials.get(change.key)?.attempt ?? null
    this.trials.set(change.key, { ...change, attempt })
    this.schedule()
  }

  startAttempt(start: AttemptStart): void {
    this.starts.set(start.key, start)
    this.schedule()
  }

  endAttempt(conclusion: AttemptConclusion): void {
    this.conclusions.push(conclusion)
    this.schedule()
  }

  putPoints(batch: PointBatch): void {
    if (batch.measurements.length === 0) return
    this.batches.push(batch)
    this.waiting += batch.measurements.length
    if (this.waiting >= MAXIMUM_WAITING && this.failure === null) this.flushOrFail()
    else this.schedule()
  }

  /** @throws StoreError or LeaseLostError, now and ever after; what the failed commit held is not stored. */
  flush(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
    const isEmpty =
      this.trials.size === 0 && this.starts.size === 0 && this.conclusions.length === 0 && this.batches.length === 0
    if (this.failure !== null) throw this.failure.error
    if (isEmpty) return
    const { database, file, lease } = this.options
    try {
      guard(file, "written", () =>
        transact(database, () => {
          lease.require()
          this.write()
        })
      )
    } catch (error) {
      this.failure = { error }
      throw error
    }
    this.trials = new Map()
    this.starts = new Map()
    this.conclusions = []
    this.batches = []
    this.waiting = 0
    this.lastCommit = monotonicSeconds()
  }

  private flushOrFail(): void {
    try {
      this.flush()
    } catch (error) {
      this.options.onFailure(error)
    }
  }

  private schedule(): void {
    if (this.cancelTimer !== null || this.failure !== null) return
    const wait = this.lastCommit + INTERVAL_SECONDS - monotonicSeconds()
    if (wait <= 0) {
      const immediate = setImmediate(() => this.flushOrFail())
      this.cancelTimer = () => clearImmediate(immediate)
    } else {
      const timer = setTimeout(() => this.flushOrFail(), wait * 1000)
      this.cancelTimer = () => clearTimeout(timer)
    }
  }

  private write(): void {
    const { insertEnded, updateEnded, insertStart, updateTrial, insertPoint } = this.statements
    const { host } = this.options
    const starts = new Map(this.starts)
    for (const { key, ended, end, batches, digest, error } of this.conclusions) {
      const errorKey = error === null ? null : this.errors.keyOf(error)
      const start = starts.get(key)
      if (start === undefined) updateEnded.run(ended, end, batches, digest, errorKey, key)
      else insertEnded.run(key, start.id, start.trial, host, start.started, ended, end, batches, digest, errorKey)
      starts.delete(key)
    }
    for (const { key, id, trial, started } of starts.values()) insertStart.run(key, id, trial, host, started)
    for (const { attempt, from, measurements } of this.batches) {
      for (const [index, { kind, envSteps, gradientSteps, values }] of measurements.entries()) {
        const numbers = JSON.stringify(Object.values(values))
        insertPoint.run(attempt, from + index, kind, envSteps, gradientSteps, this.metricSet(values), numbers)
      }
    }
    for (const { key, record, attempt } of this.trials.values()) {
      updateTrial.run(record.state, record.failed, record.lost, attempt, key)
    }
  }

  private metricSet(values: Measurement["values"]): number {
    const names = JSON.stringify(Object.keys(values))
    const known = this.metricSets.get(names)
    if (known !== undefined) return known
    this.statements.insertMetricSet.run(names)
    const { key } = this.statements.findMetricSet.get(names) as { key: number }
    this.metricSets.set(names, key)
    return key
  }
}

const prepare = (database: DatabaseSync) => ({
  insertStart: database.prepare("INSERT INTO attempts (key, id, trial, host, started) VALUES (?, ?, ?, ?, ?)"),
  insertEnded: database.prepare(
    `INSERT INTO attempts (key, id, trial, host, started, ended, "end", batches, digest, error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  ),
  updateEnded: database.prepare(
    `UPDATE attempts SET ended = ?, "end" = ?, batches = ?, digest = ?, error = ? WHERE key = ?`
  ),
  updateTrial: database.prepare(
    "UPDATE trials SET state = ?, failed = ?, lost = ?, attempt = coalesce(?, attempt) WHERE key = ?"
  ),
  insertPoint: database.prepare(
    `INSERT INTO measurements (attempt, number, kind, env_steps, gradient_steps, metric_set, numbers)
     VALUES (?, ?, ?, ?, ?, ?, ?)`
  ),
  insertMetricSet: database.prepare("INSERT OR IGNORE INTO metric_sets (names) VALUES (?)"),
  findMetricSet: database.prepare("SELECT key FROM metric_sets WHERE names = ?")
})
