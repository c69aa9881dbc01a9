import process from "node:process"

/** Results go to standard output, everything else to standard error. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

export const note = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** `head` and the like close the pipe early: that is no error. */
export const tolerateClosedPipes = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if ("code" in error && error.code === "EPIPE") process.exit(process.exitCode ?? 0)
      throw error
    })
  }
}
