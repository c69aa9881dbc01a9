import { readFile, stat } from "node:fs/promises"
import { ConfigurationError, type ParsedStudy, parseStudy } from "@twinpact/core"
import { StudyFileError } from "./errors.ts"

/** Reads and checks a study file without looking for its agents and environments. */
export const readStudyFile = async (
  file: string
): Promise<{ readonly bytes: Uint8Array; readonly parsed: ParsedStudy }> => {
  const bytes = await readBytes(file)
  return { bytes, parsed: await explained(file, async () => parseStudy(file, bytes)) }
}

const readBytes = async (file: string): Promise<Uint8Array> => {
  try {
    if ((await stat(file)).isDirectory()) throw new StudyFileError([`${file}: expected a study file, found a folder`])
    return await readFile(file)
  } catch (error) {
    if (!(error instanceof Error && "code" in error) || error instanceof StudyFileError) throw error
    const reason = error.code === "ENOENT" ? "there is no such file" : `cannot be read (${error.code})`
    throw new StudyFileError([`${file}: ${reason}`], { cause: error })
  }
}

/** Turns what planning throws into lines that begin with the file. */
export const explained = async <T>(file: string, action: () => Promise<T>): Promise<T> => {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ConfigurationError) {
      throw new StudyFileError(
        error.problems.map((problem) => `${file}:${/^\d+:\d+: /.test(problem) ? "" : " "}${problem}`),
        { cause: error }
      )
    }
    // A plug-in that throws while its environment is made.
    const text = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error)
    throw new StudyFileError([`${file}: cannot be planned: ${text}`], { cause: error })
  }
}
