import { rmSync } from "node:fs"
import type { Configuration, Trial } from "@twinpact/core"
import { Effect } from "effect"
import { type AttemptResult, Coordinator } from "../coordination/coordinator.ts"
import { isTerminal } from "../coordination/trial-state.ts"
import type { DefinitionSource } from "../pool/definition-source.ts"
import { type CrashedReply, Pool } from "../pool/pool.ts"
import type { TrialFiles, TrialReply, TrialTask } from "../pool/trial-task.ts"
import { Reporter } from "../reporter/reporter.ts"

export interface HostOptions {
  /** Trials that run at once. */
  readonly slots: number
  /** Where the definitions that a configuration names are loaded from. */
  readonly sourceOf: (kind: "agent" | "environment", name: string) => DefinitionSource
  /** Where a trial is saved. */
  readonly filesOf: (trialId: string) => TrialFiles
  /** Once aborted, nothing is claimed and what runs is asked to stop and given back. */
  readonly signal: AbortSignal
}

/** Claims a trial whenever a slot is free and runs it, until nothing is left to claim. */
export const work = Effect.fnUntraced(function* (options: HostOptions) {
  const { slots, signal } = options
  const coordinator = yield* Coordinator
  const pool = yield* Pool
  const reporter = yield* Reporter
  pool.onPoints(({ attemptId, from, measurements }) => coordinator.points(attemptId, { from, measurements }))
  const stop = () => {
    coordinator.close()
    pool.stopAll()
    reporter.stopping(coordinator.counts().running)
  }
  if (signal.aborted) stop()
  signal.addEventListener("abort", stop, { once: true })
  const slot = Effect.gen(function* () {
    for (;;) {
      const claim = yield* coordinator.claim
      if (claim === null) return
      const { attemptId, trial } = claim
      const reply = signal.aborted ? null : yield* pool.run(taskOf(attemptId, trial, options))
      if (reply === null || (reply.type === "stopped" && signal.aborted)) {
        yield* coordinator.release(attemptId)
      } else {
        const { state, error } = yield* coordinator.finish(attemptId, resultOf(reply))
        if (isTerminal(state)) rmSync(options.filesOf(trial.id).checkpoint, { force: true })
        reporter.ended(trial.id, state, error)
      }
    }
  })
  yield* Effect.all(
    Array.from({ length: slots }, () => slot),
    { concurrency: "unbounded", discard: true }
  ).pipe(Effect.ensuring(Effect.sync(() => signal.removeEventListener("abort", stop))))
})

/** Slots of `workers` threads for trials that take `cpu` cores each: at least one, even if a trial asks for more. */
export const slotsOf = (workers: number, cpu: number): number => Math.max(1, Math.floor(workers / Math.max(1, cpu)))

const taskOf = (attemptId: string, trial: Trial, { sourceOf, filesOf }: HostOptions): TrialTask => {
  const { id, configuration, seed } = trial
  const { environment, agents, budget, evaluation }: Configuration = configuration
  return {
    attemptId,
    trialId: id,
    files: filesOf(id),
    environment: { source: sourceOf("environment", environment.name), config: environment.config },
    agents: Object.fromEntries(
      Object.entries(agents).map(([role, { name, config }]) => [role, { source: sourceOf("agent", name), config }])
    ),
    budget,
    evaluation,
    seed
  }
}

const resultOf = (reply: TrialReply | CrashedReply): AttemptResult => {
  if (reply.type === "crashed") {
    return { end: "failed", rest: { from: 0, measurements: [] }, batches: null, error: reply.error }
  }
  const { from, measurements, batches } = reply
  const error = reply.type === "failed" ? reply.error : null
  return { end: reply.type, rest: { from, measurements }, batches, error }
}
