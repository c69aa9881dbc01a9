import { extname } from "node:path"
import { Context, Effect, Layer } from "effect"
import { Piscina } from "piscina"
import { WorkerCrashedError } from "../errors.ts"
import { type SerialisedError, serialiseError } from "./serialised-error.ts"
import type { PointsMessage, PoolTask, TrialReply, TrialTask } from "./trial-task.ts"

/** A trial whose thread ended before it did: what it had measured is only what had arrived. */
export interface CrashedReply {
  readonly type: "crashed"
  readonly error: SerialisedError
}

const filename = new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href // .ts from src, .js from dist

/**
 * Threads that run trials. Laws:
 *
 * - A trial fails alone: `run` never fails, and a thread that dies is replaced.
 * - Stopping is cooperative: a flag in shared memory that the training loop reads between rounds. A thread is never ended
 *   from outside while a trial may run in it, because native code in it would take the whole process down.
 */
export class Pool extends Context.Service<
  Pool,
  {
    readonly threads: number
    /** Interruption asks the trial to stop and waits until it has. */
    run(task: TrialTask): Effect.Effect<TrialReply | CrashedReply>
    /** Called with every batch of measurements of the trials that run. */
    onPoints(listener: (message: PointsMessage) => void): void
    /** Asks every trial to stop, those that have not begun, too. */
    stopAll(): void
  }
>()("twinpact/Pool") {
  static readonly layer = (threads: number): Layer.Layer<Pool> =>
    Layer.effect(
      Pool,
      Effect.gen(function* () {
        const piscina = yield* Effect.acquireRelease(
          Effect.sync(
            () =>
              new Piscina<PoolTask, TrialReply>({
                filename,
                minThreads: threads,
                maxThreads: threads,
                atomics: "disabled",
                closeTimeout: 60_000
              })
          ),
          (open) => Effect.promise(() => open.close())
        )
        // Also reported by the `run` that it concerns; without a listener the process would end.
        piscina.on("error", () => {})
        const flags = new Int32Array(new SharedArrayBuffer(4 * threads))
        const freeSlots = Array.from({ length: threads }, (_, slot) => slot)
        let isStopping = false
        const runTask = async (task: TrialTask, slot: number): Promise<TrialReply | CrashedReply> => {
          try {
            return await piscina.run({ task, flags, slot })
          } catch (cause) {
            return { type: "crashed", error: serialiseError(describeCrash(cause)) }
          } finally {
            freeSlots.push(slot)
          }
        }
        return Pool.of({
          threads,
          run: (task) =>
            Effect.callback<TrialReply | CrashedReply>((resume) => {
              const slot = freeSlots.pop()
              if (slot === undefined) throw new Error("internal: more trials than threads")
              Atomics.store(flags, slot, isStopping ? 1 : 0)
              const reply = runTask(task, slot)
              void reply.then((value) => resume(Effect.succeed(value)))
              return Effect.suspend(() => {
                Atomics.store(flags, slot, 1)
                return Effect.promise(() => reply)
              })
            }),
          onPoints: (listener) => {
            piscina.on("message", listener)
          },
          stopAll: () => {
            isStopping = true
            flags.fill(1)
          }
        })
      })
    )
}

const describeCrash = (cause: unknown): Error => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const exitCode = /exited with code: (\d+)/.exec(message)?.[1]
  if (exitCode !== undefined) {
    return withoutStack(
      new WorkerCrashedError(`the agent or the environment ended its thread by process.exit(${exitCode})`, { cause })
    )
  }
  return withoutStack(new WorkerCrashedError(`the thread of this trial died: ${message}`, { cause }))
}

/** Our own frames say nothing about the crash; the cause has those that do. */
const withoutStack = (error: Error): Error => {
  error.stack = `${error.name}: ${error.message}`
  return error
}
