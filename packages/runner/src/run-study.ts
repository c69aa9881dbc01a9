import { dirname, join, resolve } from "node:path"
import type { Plan } from "@twinpact/core"
import { Effect } from "effect"
import { wallClockIso } from "./clock.ts"
import { Coordinator } from "./coordination/coordinator.ts"
import { type EmbeddedOptions, embeddedCoordinator } from "./coordination/embedded.ts"
import type { TrialState } from "./coordination/trial-state.ts"
import { RunnerError, StoreError } from "./errors.ts"
import { describeGit } from "./git.ts"
import { slotsOf, work } from "./host/host.ts"
import { describeMachine } from "./machine.ts"
import { beginManifest, endManifest } from "./manifest.ts"
import { packageVersion } from "./package-version.ts"
import { Pool } from "./pool/pool.ts"
import type { TrialFiles } from "./pool/trial-task.ts"
import { Reporter } from "./reporter/reporter.ts"
import { Store, type StoreFailure } from "./store/store.ts"
import { policyFile, type StudyFolder, studyFolder, writeWhole } from "./study-folder.ts"
import type { PlannedStudy } from "./study-plan.ts"

export interface RunOptions {
  readonly planned: PlannedStudy
  /** Folder that holds the folders of all studies. */
  readonly studies: string
  /** Threads. */
  readonly workers: number
  readonly reopen: EmbeddedOptions["reopen"]
  /** Once aborted, trials are asked to stop and given back. */
  readonly signal: AbortSignal
  /** What the user typed, for the record. */
  readonly command: string
}

export interface RunSummary {
  readonly folder: StudyFolder
  readonly counts: Readonly<Record<TrialState, number>>
}

/** Runs what is missing of a planned study on this machine; running it again finishes what was interrupted. */
export const runStudy = (options: RunOptions): Effect.Effect<RunSummary, StoreFailure, Reporter> => {
  const { plan } = options.planned
  const machine = describeMachine()
  const folder = studyFolder(options.studies, plan.study.name)
  const store = Store.layer({ study: folder.name, file: folder.database, platform: machine.platform })
  const coordinator = embeddedCoordinator({ plan, reopen: options.reopen })
  return Effect.gen(function* () {
    yield* Store // held from here on: what follows may write
    const git = yield* Effect.promise(() => describeGit(dirname(resolve(options.planned.file))))
    yield* tryWrite(folder, () => {
      writeWhole(folder.study, options.planned.bytes)
      const { command, workers } = options
      const started = wallClockIso()
      beginManifest({
        folder,
        planned: options.planned,
        run: { started, ended: null, command, workers, twinpact: packageVersion, git, machine, outcome: null }
      })
    })
    const counts = yield* finishPlan(options, folder).pipe(Effect.provide(coordinator))
    yield* tryWrite(folder, () => endManifest(folder, { ended: wallClockIso(), outcome: counts }))
    return { folder, counts }
  }).pipe(Effect.provide(store))
}

const finishPlan = Effect.fnUntraced(function* ({ planned, workers, signal }: RunOptions, folder: StudyFolder) {
  const { plan, registry } = planned
  const coordinator = yield* Coordinator
  const store = yield* Store
  const reporter = yield* Reporter
  const { waiting } = coordinator.counts()
  reporter.started(plan.trials.length, plan.trials.length - waiting)
  if (waiting > 0 && !signal.aborted) {
    const slots = Math.min(waiting, slotsOf(workers, plan.study.resources.cpu))
    const { checkpoint, keep } = plan.study
    const filesOf = (trialId: string): TrialFiles => ({
      checkpoint: join(folder.checkpoints, `${trialId}.safetensors`),
      everySeconds: checkpoint.everySeconds,
      policy: keep === "policy" ? policyFile(folder, trialId) : null
    })
    yield* prepareEngines(plan, slots)
    yield* work({ slots, sourceOf: (kind, name) => registry.sourceOf(kind, name), filesOf, signal }).pipe(
      Effect.raceFirst(store.failure),
      Effect.provide(Pool.layer(slots)),
      Effect.ensuring(Effect.sync(() => reporter.finished()))
    )
  } else {
    reporter.finished()
  }
  yield* store.flush
  return coordinator.counts()
})

/** TensorFlow takes its settings once per process, before any thread uses it. */
const prepareEngines = Effect.fnUntraced(function* ({ configurations }: Plan, slots: number) {
  const engines = configurations.flatMap(({ agents }) => Object.values(agents).map(({ config }) => config))
  const ofTensorflow = engines.filter((config) => isRecord(config) && config.engine === "tensorflow")
  if (ofTensorflow.length === 0) return
  const threads = Math.max(...ofTensorflow.map((config) => (isRecord(config) ? Number(config.threads ?? 1) : 1)))
  const { prepareTensorflow } = yield* Effect.promise(() => import("@twinpact/tensor"))
  prepareTensorflow({ threads, concurrentRuns: slots })
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const tryWrite = (folder: StudyFolder, action: () => void): Effect.Effect<void, StoreFailure> =>
  Effect.try({
    try: action,
    catch: (error) =>
      error instanceof RunnerError
        ? (error as StoreFailure)
        : new StoreError("failed", folder.path, String(error), { cause: error })
  })
