import type { CommandModule, Options } from "yargs"
import { UsageError } from "../errors.ts"

/** Types a command's handler by its builder; heavy modules are imported inside the handler, so that `--help` is quick. */
export const defineCommand = <Args>(command: CommandModule<object, Args>): CommandModule<object, Args> => command

export const studiesOption = {
  type: "string",
  default: "studies",
  describe: "Folder that holds one folder per study",
  requiresArg: true
} as const satisfies Options

export const jsonOption = {
  type: "boolean",
  default: false,
  describe: "Print JSON for programs"
} as const satisfies Options

export const metricsOption = {
  type: "string",
  describe: "Metrics to show, separated by commas; the first one with its interval",
  requiresArg: true,
  coerce: (value: string | undefined): readonly string[] | undefined =>
    value
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
} as const satisfies Options

export const survivorsOption = {
  type: "boolean",
  default: false,
  describe: "Also average where trials are missing, over those that are complete (marked *)"
} as const satisfies Options

/** A positive integer, or a UsageError that names the option. */
export const positiveInteger =
  (option: string) =>
  (value: unknown): number => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value
    throw new UsageError(`--${option}: expected a whole number of at least 1, found ${String(value)}`)
  }
