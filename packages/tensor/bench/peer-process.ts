import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { createInterface } from "node:readline"

const PEERS = join(import.meta.dirname, "../../../bench/peers")
export const PYTHON = join(PEERS, ".venv/bin/python")
export const peerScript = (name: string): string => join(PEERS, `${name}_update.py`)

/** Whether the Python package of a peer can be imported. */
export const isInstalled = (name: string): boolean =>
  existsSync(PYTHON) && spawnSync(PYTHON, ["-c", `import ${name}`]).status === 0

/** Cores at the start: the number changes once this process is pinned. */
export const CORES = availableParallelism()

/** The command, kept on the last core where the system has `taskset`. */
const onOneCore = (command: readonly string[]): readonly string[] =>
  canPin() ? ["taskset", "-c", String(CORES - 1), ...command] : command

let known: boolean | undefined
export const canPin = (): boolean => {
  known ??= spawnSync("taskset", ["-V"]).status === 0
  return known
}

/** What a contender says after its first step. */
interface Ready {
  readonly readySeconds: number
  readonly compileMs?: number
  /** Multiply-accumulates in the matrix products of one step. */
  readonly multiplyAccumulates?: number
  readonly version?: string
}

interface Reply {
  readonly seconds: number
  readonly residentBytes?: number
}

/** A process that holds one compiled update and takes steps when asked; between requests it waits. */
export class Contender {
  readonly ready: Ready
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>

  static async start(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Contender> {
    const [file, ...args] = onOneCore(command)
    const child = spawn(file, args, {
      stdio: ["pipe", "pipe", process.env.BENCH_PEER_ERRORS === undefined ? "ignore" : "inherit"],
      env: { ...process.env, ...environment }
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    return new Contender(child, lines, await readLine<Ready>(lines, command))
  }

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, ready: Ready) {
    this.child = child
    this.lines = lines
    this.ready = ready
  }

  async steps(count: number): Promise<Reply> {
    this.child.stdin?.write(`${count}\n`)
    return await readLine<Reply>(this.lines, this.child.spawnargs)
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve))
    this.child.stdin?.end()
    await ended
  }
}

const readLine = async <T>(lines: AsyncIterator<string>, command: readonly string[]): Promise<T> => {
  const { value, done } = await lines.next()
  if (done) throw new Error(`${command.join(" ")} ended without an answer; BENCH_PEER_ERRORS=1 shows what it says`)
  return JSON.parse(value) as T
}
