import type { BenchmarkFigure } from "../../core/src/testing/benchmark.ts"
import { Contender } from "./peer-process.ts"
import { ourCommand } from "./update-comparison.ts"

const UPDATES = 20_000
const SAMPLE_EVERY = 1_000
/** Samples left out at the start, while code is still being compiled and buffers take their final size. */
const WARM_UP = 2

/** Growth of the resident memory of a process that only updates: the least-squares slope, after a collection each time. */
export const measureMemorySlope = async (record: (figure: BenchmarkFigure) => void): Promise<void> => {
  const contender = await Contender.start(ourCommand("--batch", "256", "--width", "64"))
  const samples: number[] = []
  for (let i = -WARM_UP; i < UPDATES / SAMPLE_EVERY; i++) {
    const { residentBytes = Number.NaN } = await contender.steps(SAMPLE_EVERY)
    if (i >= 0) samples.push(residentBytes / 2 ** 20)
  }
  await contender.close()
  const slope = slopeOf(samples) * (10_000 / SAMPLE_EVERY)
  record({ name: "memory, growth per 10,000 updates", value: slope, unit: "MB", target: 1, comparison: "<=" })
  record({ name: "memory, resident", value: samples[samples.length - 1], unit: "MB" })
}

const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const products = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0)
  return products / values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0)
}
