import process from "node:process"
import type { Layer } from "effect"
import type { Reporter } from "../reporter/reporter.ts"
import { note } from "./output.ts"

/** A progress bar where somebody watches, plain lines elsewhere. */
export const chooseReporter = async (): Promise<Layer.Layer<Reporter>> => {
  if (process.stderr.isTTY) return (await import("../reporter/terminal.ts")).terminalReporter
  return (await import("../reporter/plain.ts")).plainReporter(note)
}
