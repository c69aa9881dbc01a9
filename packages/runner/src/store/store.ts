import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Plan } from "@twinpact/core"
import { Context, Deferred, Effect, Layer, Schedule } from "effect"
import { wallClockMs } from "../clock.ts"
import { type LeaseLostError, RunnerError, StoreError, type StudyHeldError } from "../errors.ts"
import { adoptPlan, closeOpenAttempts, type StoredTrial } from "./adoption.ts"
import { fileSystemError, guard, openForWriting, transact } from "./database.ts"
import { GroupCommit } from "./group-commit.ts"
import { Lease, RENEWAL_SECONDS } from "./lease.ts"

export type StoreFailure = StoreError | LeaseLostError | StudyHeldError

export interface StoreOptions {
  readonly study: string
  /** The database of the study; its folder is made where it is missing. */
  readonly file: string
  /** Fingerprint of the numerical platform, recorded with every attempt. */
  readonly platform: string
}

/**
 * The durable record of one study, held by one process at a time.
 *
 * Changes are accepted at once and stored within 50 ms, in order; `flush` waits for them. After `failure` nothing more is
 * written.
 */
export class Store extends Context.Service<
  Store,
  {
    /** Makes `plan` the present plan and ends the attempts of a dead process as lost. */
    adopt(plan: Plan): Effect.Effect<readonly StoredTrial[], StoreFailure>
    newAttemptKey(): number
    readonly changes: Pick<GroupCommit, "putTrial" | "startAttempt" | "endAttempt" | "putPoints">
    readonly flush: Effect.Effect<void, StoreFailure>
    /** Never succeeds; fails as soon as something could not be written. */
    readonly failure: Effect.Effect<never, StoreFailure>
  }
>()("twinpact/Store") {
  /** Opens the database and takes the lease; gives both back when the scope closes. */
  static readonly layer = (options: StoreOptions): Layer.Layer<Store, StoreFailure> =>
    Layer.effect(
      Store,
      Effect.gen(function* () {
        const { study, file } = options
        const tryWrite = <T>(verb: string, action: () => T) =>
          Effect.try({ try: () => guard(file, verb, action), catch: (error) => toFailure(file, error) })
        yield* Effect.try({ try: () => makeFolder(dirname(file)), catch: (error) => toFailure(file, error) })
        const database = yield* Effect.acquireRelease(
          tryWrite("opened", () => openForWriting(file)),
          (open) => Effect.sync(() => open.close())
        )
        const lease = yield* Effect.acquireRelease(
          tryWrite("written", () => Lease.acquire(study, database)),
          (held) => Effect.ignore(tryWrite("written", () => held.release()))
        )
        const failure = yield* Deferred.make<never, StoreFailure>()
        const commits = yield* tryWrite("written", () => {
          const host = addHost(database, lease, options.platform)
          const onFailure = (error: unknown) => Deferred.doneUnsafe(failure, Effect.fail(toFailure(file, error)))
          return new GroupCommit({ file, database, lease, host, onFailure })
        })
        const flush = Effect.try({ try: () => commits.flush(), catch: (error) => toFailure(file, error) })
        yield* Effect.addFinalizer(() => Effect.ignore(flush))
        yield* tryWrite("written", () => lease.renew()).pipe(
          Effect.repeat(Schedule.spaced(`${RENEWAL_SECONDS} seconds`)),
          Effect.catch((error) => Deferred.fail(failure, error)),
          Effect.forkScoped
        )
        let attemptKey = yield* tryWrite("read", () => highestAttempt(database))
        return Store.of({
          adopt: (plan) =>
            tryWrite("written", () =>
              transact(database, () => {
                lease.require()
                closeOpenAttempts(database, wallClockMs())
                return adoptPlan(database, plan)
              })
            ),
          newAttemptKey: () => ++attemptKey,
          changes: commits,
          flush,
          failure: Deferred.await(failure)
        })
      })
    )
}

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw error instanceof Error ? fileSystemError(folder, "made", error) : error
  }
}

const toFailure = (file: string, error: unknown): StoreFailure =>
  error instanceof RunnerError
    ? (error as StoreFailure)
    : new StoreError("failed", file, error instanceof Error ? error.message : String(error), { cause: error })

const addHost = (database: DatabaseSync, { holder }: Lease, platform: string): number => {
  const { id, pid, host, since } = holder
  const { lastInsertRowid } = database
    .prepare("INSERT INTO hosts (id, pid, host, platform, started) VALUES (?, ?, ?, ?, ?)")
    .run(id, pid, host, platform, since)
  return Number(lastInsertRowid)
}

const highestAttempt = (database: DatabaseSync): number =>
  (database.prepare("SELECT coalesce(max(key), 0) AS key FROM attempts").get() as { key: number }).key
