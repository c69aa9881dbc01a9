/** Base of every error that the runner throws on purpose; `code` is stable, `exitCode` is what the command ends with. */
export abstract class RunnerError extends Error {
  abstract readonly code: string
  readonly exitCode: number = 1

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** A command that cannot be carried out as it was typed. */
export class UsageError extends RunnerError {
  readonly code = "USAGE"
  override readonly exitCode = 2
}

/** A study file that cannot be planned; one line per problem, each beginning with the file. */
export class StudyFileError extends RunnerError {
  readonly code = "STUDY_FILE"
  override readonly exitCode = 2
  readonly lines: readonly string[]

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join("\n"), options)
    this.lines = lines
  }
}

/** Who holds a study. */
export interface Holder {
  readonly id: string
  readonly pid: number
  readonly host: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Another `run` works on this study. */
export class StudyHeldError extends RunnerError {
  readonly code = "STUDY_HELD"
  override readonly exitCode = 3
  readonly holder: Holder

  constructor(study: string, holder: Holder) {
    const since = new Date(holder.since).toISOString()
    super(
      `study "${study}" is held by another run: process ${holder.pid} on ${holder.host} since ${since}; ` +
        "wait for it, or stop it with Ctrl-C there"
    )
    this.holder = holder
  }
}

/** This process lost its hold on the study, for example because it slept for longer than a lease. */
export class LeaseLostError extends RunnerError {
  readonly code = "LEASE_LOST"
  readonly holder: Holder | null

  constructor(study: string, holder: Holder | null) {
    const by = holder === null ? "nobody holds it now" : `process ${holder.pid} on ${holder.host} holds it now`
    super(`study "${study}": this run was silent for too long and lost the study (${by}); nothing more was written`)
    this.holder = holder
  }
}

export type StoreProblem = "full" | "read-only" | "damaged" | "foreign" | "newer" | "busy" | "missing" | "failed"

/** The study's files cannot be read or written; what was recorded before is intact unless `problem` is "damaged". */
export class StoreError extends RunnerError {
  readonly code = "STORE"
  readonly problem: StoreProblem
  readonly file: string

  constructor(problem: StoreProblem, file: string, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options)
    this.problem = problem
    this.file = file
  }
}

/** A checkpoint or a policy that cannot be read. */
export class SavedFileError extends RunnerError {
  readonly code = "SAVED_FILE"
  /** The file would be the same the next time. */
  readonly isRetryable = false
  readonly file: string

  constructor(file: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${file}: ${problem}; ${remedy}`, options)
    this.file = file
  }
}

/** The thread of a trial ended before the trial did. */
export class WorkerCrashedError extends RunnerError {
  readonly code = "WORKER_CRASHED"
}

/** The process of a trial died more often than `retry.lost` allows. */
export class HostLostError extends RunnerError {
  readonly code = "HOST_LOST"
}
