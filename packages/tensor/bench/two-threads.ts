import { once } from "node:events"
import { Worker } from "node:worker_threads"
import type { BenchmarkFigure } from "../../core/src/testing/benchmark.ts"
import { median } from "./median.ts"
import { CORES } from "./peer-process.ts"
import { comparisonSizes } from "./update-comparison.ts"

const ROUNDS = 7

/** Updates per second of two programs in two worker threads, over those of one alone, in turns. */
export const measureTwoThreads = async (record: (figure: BenchmarkFigure) => void): Promise<void> => {
  if (CORES < 2) return console.log("two worker threads: not measured, there is one core")
  for (const { batch, width, block } of comparisonSizes) {
    const start = () => new Worker(new URL("./update-thread.ts", import.meta.url), { workerData: { batch, width } })
    const workers = [start(), start()]
    await Promise.all(workers.map((worker) => once(worker, "message")))
    const steps = async (worker: Worker): Promise<void> => {
      const answer = once(worker, "message")
      worker.postMessage(2 * block)
      await answer
    }
    const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
      const begin = performance.now()
      await work()
      return performance.now() - begin
    }
    const ratios: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await secondsOf(() => steps(workers[round % 2]))
      const both = await secondsOf(() => Promise.all(workers.map(steps)))
      ratios.push((2 * alone) / both)
    }
    const ends = workers.map((worker) => once(worker, "exit"))
    for (const worker of workers) worker.postMessage(0)
    await Promise.all(ends)
    record({ name: `B=${batch} h=${width} two threads over one`, value: median(ratios), unit: "x", target: 1.9 })
  }
}
