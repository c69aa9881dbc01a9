import { RunnerError, StudyFileError } from "../errors.ts"
import { note } from "./output.ts"

/** Says what went wrong, one line per problem. @returns the exit code of the command. */
export const reportError = (error: unknown): number => {
  if (error instanceof StudyFileError) {
    for (const line of error.lines) note(line)
    return error.exitCode
  }
  if (error instanceof RunnerError) {
    note(`twinpact: ${error.message}`)
    return error.exitCode
  }
  note(`twinpact: this is a mistake in twinpact, please report it:\n${error instanceof Error ? error.stack : error}`)
  return 1
}
