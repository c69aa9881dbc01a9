import { writeFileSync } from "node:fs"
import { availableParallelism, cpus } from "node:os"
import process from "node:process"
import { parseArgs } from "node:util"

/** One measured number and what it should be; without a target it is only reported. */
export interface BenchmarkFigure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly target?: number
  /** The value should be at least (default) or at most the target. */
  readonly comparison?: ">=" | "<="
}

export interface BenchmarkOptions {
  readonly name: string
  /** Threads that the measured code uses. */
  readonly threads?: number
  /** Versions of what was measured or compared, by name; Node and V8 are added. */
  readonly versions?: Readonly<Record<string, string>>
  /** Measures, and hands over every figure as soon as it is known. */
  readonly figures: (record: (figure: BenchmarkFigure) => void) => void | Promise<void>
}

/**
 * Runs a benchmark as a program: prints a table of figures, the machine, versions and threads.
 *
 * `--json <file>` also writes them; `--check` makes the exit status 1 if a figure misses its target.
 */
export const runBenchmark = async ({ name, threads = 1, versions, figures }: BenchmarkOptions): Promise<void> => {
  const { values } = parseArgs({ options: { json: { type: "string" }, check: { type: "boolean", default: false } } })
  const measured: BenchmarkFigure[] = []
  await figures((figure) => measured.push(figure))
  const rows = measured.map(({ comparison = ">=", ...figure }) => ({
    ...figure,
    comparison,
    holds: holds(figure, comparison)
  }))
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    threads
  }
  const allVersions = { node: process.versions.node, v8: process.versions.v8, ...versions }
  print(name, rows, machine, allVersions)
  if (values.json !== undefined) {
    const result = { benchmark: name, machine, versions: allVersions, figures: rows }
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  }
  if (values.check && rows.some((row) => row.holds === false)) process.exitCode = 1
}

/** Null where there is no target. */
const holds = ({ value, target }: BenchmarkFigure, comparison: ">=" | "<="): boolean | null => {
  if (target === undefined) return null
  return comparison === ">=" ? value >= target : value <= target
}

const print = (
  name: string,
  rows: readonly (BenchmarkFigure & { readonly holds: boolean | null })[],
  machine: Readonly<Record<string, string | number>>,
  versions: Readonly<Record<string, string>>
): void => {
  const head = ["figure", "value", "unit", "target", "holds"]
  const table = rows.map((row) => [
    row.name,
    formatNumber(row.value),
    row.unit,
    row.target === undefined ? "" : `${row.comparison} ${formatNumber(row.target)}`,
    row.holds === null ? "" : row.holds ? "yes" : "no"
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...table.map((cells) => cells[column].length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd()
  const describe = (values: Readonly<Record<string, string | number>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")
  console.log([name, "", line(head), ...table.map(line), "", describe(machine), describe(versions)].join("\n"))
}

const formatNumber = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(4)))

/**
 * Iterations per second of `work`, which does `iterations` of them per call: the median of `repeats` timings of at least
 * `seconds` each, after one that is thrown away.
 */
export const measureRate = (
  iterations: number,
  work: () => void,
  { repeats = 5, seconds = 0.4 }: { readonly repeats?: number; readonly seconds?: number } = {}
): number => {
  const once = (): number => {
    const start = process.hrtime.bigint()
    let calls = 0
    let elapsed = 0
    while (elapsed < seconds) {
      work()
      calls += 1
      elapsed = Number(process.hrtime.bigint() - start) / 1e9
    }
    return (calls * iterations) / elapsed
  }
  once()
  const rates = Array.from({ length: repeats }, once).sort((a, b) => a - b)
  return rates[Math.floor(rates.length / 2)]
}
