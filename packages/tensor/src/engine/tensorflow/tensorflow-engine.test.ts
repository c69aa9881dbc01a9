import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { describe, expect, test } from "vitest"
import { EngineError } from "../../errors.ts"
import * as g from "../../graph.ts"
import { program } from "../../program.ts"
import { findTensorflow } from "./installation.ts"
import { compileTensorflow } from "./tensorflow-engine.ts"

const keep = program({
  state: { s: [64] },
  inputs: { x: [64] },
  build: (_, { x }) => ({ state: { s: g.reshape(x, [64]) } })
})

describe.skipIf(findTensorflow().length === 0)("engine tensorflow", () => {
  test("state is a copy of what was written or assigned, not the caller's array", async () => {
    const compiled = await compileTensorflow({ keep }, { threads: 1 })
    // 64-byte aligned memory would be shared with the library
    const arrays = Array.from({ length: 16 }, (_, i) => new Float32Array(new ArrayBuffer(64 * 4 + 64), 4 * i, 64))
    for (const x of arrays) {
      await compiled.writeState({ s: x.fill(1) })
      x.fill(2)
      expect(await compiled.readState()).toEqual({ s: new Float32Array(64).fill(1) })
      await compiled.run("keep", { x: x.fill(3) })
      x.fill(4)
      expect(await compiled.readState()).toEqual({ s: new Float32Array(64).fill(3) })
    }
    await compiled.dispose()
  })

  test("two compiled sets share nothing", async () => {
    const [a, b] = await Promise.all([1, 2].map(() => compileTensorflow({ keep }, { threads: 1 })))
    await a.run("keep", { x: new Float32Array(64).fill(1) })
    expect(await b.readState()).toEqual({ s: new Float32Array(64) })
    await a.dispose()
    expect(await b.readState()).toEqual({ s: new Float32Array(64) })
    await expect(a.readState()).rejects.toThrow(EngineError)
    await b.dispose()
  })

  test("says when memory runs out", async () => {
    const huge = program({
      state: {},
      inputs: { x: [1] },
      build: (_, { x }) => ({ outputs: { y: g.sum(g.exp(g.broadcast(x, [2 ** 20, 2 ** 20]))) } })
    })
    const compiled = await compileTensorflow({ huge }, { threads: 1 })
    await expect(compiled.run("huge", { x: Float32Array.of(1) })).rejects.toThrow(
      "engine tensorflow ran out of memory: use smaller batches"
    )
    await compiled.dispose()
  }, 60_000) // TensorFlow waits 10 s for memory to come back

  test("refuses another number of threads, and a GPU where there is none", async () => {
    await expect(compileTensorflow({ keep }, { threads: 2 })).rejects.toThrow(
      "has 1 threads for the whole process (TF_NUM_INTRAOP_THREADS), asked for 2"
    )
    const device = compileTensorflow({ keep }, { threads: 1, device: "cuda" })
    if (!findTensorflow().some(({ hasCuda }) => hasCuda)) await expect(device).rejects.toThrow("without CUDA")
    else await (await device).dispose()
  })
})

/** The message of the error with which a program of one line ends in a thread of its own. */
const failureInWorker = async (environment: Readonly<Record<string, string>>): Promise<string> => {
  const engine = JSON.stringify(join(import.meta.dirname, "tensorflow-engine.ts"))
  const worker = new Worker(`import(${engine}).then((m) => m.compileTensorflow({}, { threads: 1 }))`, {
    eval: true,
    env: environment
  })
  return new Promise((resolve) => worker.once("error", (error) => resolve((error as Error).message)))
}

test("a worker thread names what the main thread must do, and what to install", async () => {
  expect(await failureInWorker({})).toContain("call prepareTensorflow in the main thread")
  const folder = mkdtempSync(join(tmpdir(), "twinpact-empty-"))
  const environment = { TF_NUM_INTRAOP_THREADS: "1", TWINPACT_TENSORFLOW_DIR: folder }
  expect(await failureInWorker(environment)).toBe(
    "engine tensorflow is not installed: run ./twinpact install tensorflow"
  )
  rmSync(folder, { recursive: true })
})
