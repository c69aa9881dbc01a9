import { readFileSync } from "node:fs"
import { availableParallelism, cpus, hostname, release, totalmem } from "node:os"
import process from "node:process"

/** What ran a study, for its record. */
export interface Machine {
  readonly host: string
  readonly os: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly arch: string
  readonly node: string
  /** Runs on equal platforms give equal bytes; across platforms floating-point kernels may differ. */
  readonly platform: string
}

export const describeMachine = (): Machine => ({
  host: hostname(),
  os: `${process.platform} ${release()}`,
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  arch: process.arch,
  node: process.versions.node,
  platform: `node-${process.versions.node} ${process.arch} ${vectorExtensions()}`
})

/** The widest vector unit that numerical kernels may choose. */
const vectorExtensions = (): string => {
  if (process.arch === "arm64") return "neon"
  try {
    const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" "))
    return ["avx512f", "avx2", "avx"].find((flag) => flags.has(flag)) ?? "baseline"
  } catch {
    return "unknown" // no /proc: not Linux
  }
}
