import process from "node:process"

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Turns the first Ctrl-C into a request; the second one ends the process at once, by the signal itself. */
export class Interruption {
  private readonly controller = new AbortController()

  get signal(): AbortSignal {
    return this.controller.signal
  }

  private readonly handle = (signal: NodeJS.Signals): void => {
    if (!this.controller.signal.aborted) {
      this.controller.abort()
      return
    }
    if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\n") // the progress bar hides the cursor
    this.dispose()
    // Not process.exit: that ends threads in the middle of native code, which aborts with a core dump.
    process.kill(process.pid, signal)
  }

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.handle)
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
