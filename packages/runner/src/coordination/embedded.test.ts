import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Configuration, Plan } from "@twinpact/core"
import { Effect } from "effect"
import { afterAll, expect, test } from "vitest"
import { StoreError, StudyHeldError } from "../errors.ts"
import { serialiseError } from "../pool/serialised-error.ts"
import { StudyReader } from "../store/reader.ts"
import { Store } from "../store/store.ts"
import { type AttemptResult, type Claim, Coordinator } from "./coordinator.ts"
import { type EmbeddedOptions, embeddedCoordinator } from "./embedded.ts"

const folder = mkdtempSync(join(tmpdir(), "twinpact-embedded-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = (): string => join(folder, `${files++}`, "study.sqlite")

const configuration = {
  id: "c",
  environment: { name: "e", version: "1", config: {} },
  agents: { player: { name: "a", version: "1", config: {} } },
  axes: {}
} as unknown as Configuration

const planOf = (seeds: number, retry: { failed: number; lost: number } = { failed: 1, lost: 1 }): Plan => ({
  study: { name: "s", retry } as unknown as Plan["study"],
  configurations: [configuration],
  trials: Array.from({ length: seeds }, (_, seed) => ({ id: `trial-${seed}`, configuration, seed }))
})

/** Opens the study, does `body`, and closes it as a process does that ends by itself. */
const session = <A, E>(
  file: string,
  plan: Plan,
  body: (coordinator: Coordinator["Service"]) => Effect.Effect<A, E>,
  reopen: EmbeddedOptions["reopen"] = "none"
): Promise<A> =>
  Effect.runPromise(
    Effect.flatMap(Coordinator, body).pipe(
      Effect.provide(embeddedCoordinator({ plan, reopen })),
      Effect.provide(Store.layer({ study: "s", file, platform: "test" }))
    )
  )

const evaluation = (score: number) => ({
  kind: "evaluation" as const,
  envSteps: 1,
  gradientSteps: 0,
  values: { score }
})

const complete = (score: number, batches = 0): AttemptResult => ({
  end: "complete",
  rest: { from: batches, measurements: [evaluation(score)] },
  batches,
  error: null
})

const failed = (): AttemptResult => ({
  end: "failed",
  rest: { from: 0, measurements: [] },
  batches: 0,
  error: serialiseError(new Error("on purpose"))
})

const claimOne = (coordinator: Coordinator["Service"]): Effect.Effect<Claim> =>
  Effect.map(coordinator.claim, (claim) => {
    if (claim === null) throw new Error("expected a trial")
    return claim
  })

test("hands out every trial once, in the order of the plan, and then nothing", async () => {
  const file = newFile()
  const claimed = await session(file, planOf(3), (coordinator) =>
    Effect.gen(function* () {
      const ids: string[] = []
      for (;;) {
        const claim = yield* coordinator.claim
        if (claim === null) return ids
        ids.push(claim.trial.id)
        expect((yield* coordinator.finish(claim.attemptId, complete(claim.trial.seed))).state).toBe("complete")
      }
    })
  )
  expect(claimed).toEqual(["trial-0", "trial-1", "trial-2"])
  using reader = new StudyReader(file)
  expect(reader.counts().complete).toBe(3)
  expect(reader.results().map(({ values }) => values)).toEqual([{ score: 0 }, { score: 1 }, { score: 2 }])
  expect(reader.holder()).toBeNull()
})

test("a claimant waits while a running trial may come back", async () => {
  await session(newFile(), planOf(1), (coordinator) =>
    Effect.gen(function* () {
      const first = yield* claimOne(coordinator)
      const [, second] = yield* Effect.all([coordinator.finish(first.attemptId, failed()), claimOne(coordinator)], {
        concurrency: "unbounded"
      })
      expect(second.trial.id).toBe(first.trial.id)
      const { state, error } = yield* coordinator.finish(second.attemptId, failed())
      expect({ state, message: error?.message }).toEqual({ state: "failed", message: "on purpose" })
      expect(yield* coordinator.claim).toBeNull()
    })
  )
})

test("a result waits for the batches that it has overtaken", async () => {
  const file = newFile()
  await session(file, planOf(1), (coordinator) =>
    Effect.gen(function* () {
      const { attemptId } = yield* claimOne(coordinator)
      let isOver = false
      const finish = Effect.map(coordinator.finish(attemptId, complete(9, 2)), () => {
        isOver = true
      })
      const late = Effect.gen(function* () {
        coordinator.points(attemptId, { from: 0, measurements: [evaluation(1)] })
        yield* Effect.sleep("10 millis")
        expect(isOver).toBe(false)
        coordinator.points(attemptId, { from: 1, measurements: [evaluation(2)] })
      })
      yield* Effect.all([finish, late], { concurrency: "unbounded" })
      coordinator.points(attemptId, { from: 5, measurements: [evaluation(77)] }) // no longer its trial
    })
  )
  const database = new DatabaseSync(file)
  expect(
    database
      .prepare("SELECT value FROM points ORDER BY value")
      .all()
      .map(({ value }) => value)
  ).toEqual([1, 2, 9])
  database.close()
})

test("what was given back waits again without a count; close ends the claims", async () => {
  const file = newFile()
  await session(file, planOf(2), (coordinator) =>
    Effect.gen(function* () {
      const { attemptId } = yield* claimOne(coordinator)
      coordinator.close()
      expect(yield* coordinator.claim).toBeNull()
      yield* coordinator.release(attemptId)
      expect(coordinator.counts()).toMatchObject({ waiting: 2, running: 0, failed: 0 })
    })
  )
})

test("trials of a process that died are lost: tried again as often as the study allows, then failed", async () => {
  const file = newFile()
  const die = () =>
    session(file, planOf(1), (coordinator) =>
      Effect.gen(function* () {
        yield* claimOne(coordinator)
        yield* Effect.sleep("80 millis") // the claim reaches the disk; the scope closes without a result
      })
    )
  await die()
  await die()
  await session(file, planOf(1), (coordinator) =>
    Effect.gen(function* () {
      expect(coordinator.counts().failed).toBe(1)
      expect(yield* coordinator.claim).toBeNull()
    })
  )
  const reader = new StudyReader(file)
  expect(reader.failures()).toMatchObject([{ name: "HostLostError", trials: 1, example: "trial-0" }])
  reader.close()
  await session(file, planOf(1), (coordinator) => Effect.asVoid(claimOne(coordinator)), "failed")
})

test("a second process is refused while the first lives, and names it", async () => {
  const file = newFile()
  await session(file, planOf(1), () =>
    Effect.promise(async () => {
      await expect(session(file, planOf(1), () => Effect.void)).rejects.toThrow(StudyHeldError)
    })
  )
  await session(file, planOf(1), () => Effect.void)
})

test("the lease of a dead process is taken over", async () => {
  const file = newFile()
  await session(file, planOf(1), () => Effect.void)
  const database = new DatabaseSync(file)
  const { hostname } = await import("node:os")
  const put = (pid: number, host: string, renewed: number) =>
    database.prepare("INSERT OR REPLACE INTO lease VALUES (1, 'x', ?, ?, ?, ?)").run(pid, host, renewed, renewed)
  put(2 ** 22 + 1, hostname(), Date.now()) // no such process here
  await session(file, planOf(1), () => Effect.void)
  put(1, "another-host", Date.now())
  await expect(session(file, planOf(1), () => Effect.void)).rejects.toThrow(/process 1 on another-host/)
  put(1, "another-host", Date.now() - 21_000)
  await session(file, planOf(1), () => Effect.void)
  database.close()
})

test("a process that lost the study writes nothing more", async () => {
  const file = newFile()
  const failure = await session(file, planOf(2), (coordinator) =>
    Effect.gen(function* () {
      const { attemptId } = yield* claimOne(coordinator)
      yield* Effect.sleep("80 millis")
      const database = new DatabaseSync(file)
      database.exec("UPDATE lease SET id = 'somebody else'")
      yield* coordinator.finish(attemptId, complete(1))
      yield* Effect.sleep("120 millis")
      const rows = database.prepare("SELECT count(*) AS n FROM measurements").get()
      database.exec("DELETE FROM lease")
      database.close()
      return rows
    })
  )
  expect(failure).toEqual({ n: 0 })
})

test("a study that was never run cannot be read", () => {
  expect(() => new StudyReader(newFile())).toThrow(StoreError)
})
