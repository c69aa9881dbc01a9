import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { onTestFinished } from "vitest"

const MAIN = join(import.meta.dirname, "../src/main.ts")

export const fixture = (name: string): string => join(import.meta.dirname, "fixtures", `${name}.ts`)

export interface CommandResult {
  /** Exit code, or the signal that ended the process. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** A `twinpact` command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess
  readonly result: Promise<CommandResult>
  /** What standard error holds so far. */
  stderr(): string
}

/** Starts the command as a user would, in a process of its own. */
export const startCommand = (args: readonly string[], cwd: string): RunningCommand => {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
  })
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code: code ?? signal!, stdout, stderr }))
  })
  return { child, result, stderr: () => stderr }
}

export const command = (args: readonly string[], cwd: string): Promise<CommandResult> => startCommand(args, cwd).result

/** A folder that is gone after the test. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "twinpact-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes `study.yaml` into a new folder and returns the folder. */
export const studyIn = (content: string): string => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, "study.yaml"), content)
  return folder
}
