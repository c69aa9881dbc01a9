import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import process from "node:process"
import { UsageError } from "./errors.ts"
import { fileSystemError } from "./store/database.ts"

/** The files of one study. */
export interface StudyFolder {
  readonly name: string
  readonly path: string
  readonly database: string
  /** Exact copy of the study file. */
  readonly study: string
  readonly manifest: string
  /** Trials that were interrupted, one file each. */
  readonly checkpoints: string
  /** Policies of complete trials, one file each. */
  readonly policies: string
}

export const studyFolder = (studies: string, name: string): StudyFolder => {
  const path = join(studies, name)
  return {
    name,
    path,
    database: join(path, "study.sqlite"),
    study: join(path, "study.yaml"),
    manifest: join(path, "manifest.json"),
    checkpoints: join(path, "checkpoints"),
    policies: join(path, "policies")
  }
}

/** Where the policy of a complete trial is kept. */
export const policyFile = ({ policies }: StudyFolder, trialId: string): string =>
  join(policies, `${trialId}.safetensors`)

/**
 * The study that a command means: a name, a study file, or the folder of a study.
 *
 * @throws UsageError if there is none, StudyFileError if it is a file that is not a study.
 */
export const findStudy = async (studies: string, nameOrPath: string): Promise<StudyFolder> => {
  const named = studyFolder(studies, nameOrPath)
  const isName = basename(nameOrPath) === nameOrPath
  if (isName && existsSync(named.database)) return named
  if (existsSync(nameOrPath)) {
    if (!statSync(nameOrPath).isDirectory()) {
      const { readStudyFile } = await import("./study-file.ts") // with what checks study files, which a name does not need
      const { parsed } = await readStudyFile(nameOrPath)
      return studyFolder(studies, parsed.study.name)
    }
    const folder = studyFolder(dirname(nameOrPath), basename(nameOrPath))
    if (existsSync(folder.database)) return folder
    throw new UsageError(`${nameOrPath}: expected the folder of a study, found no study.sqlite in it`)
  }
  if (!isName) throw new UsageError(`${nameOrPath}: there is no such file or folder`)
  const known = studyNames(studies)
  const { suggestion } = await import("@twinpact/core")
  throw new UsageError(`no study "${nameOrPath}" in ${studies}${suggestion(nameOrPath, known)}`)
}

/** Every study in the folder, by name. */
export const studyNames = (studies: string): readonly string[] =>
  existsSync(studies) ? readdirSync(studies).filter((name) => existsSync(studyFolder(studies, name).database)) : []

/** Writes a file so that a reader sees the old or the new content, never a part. */
export const writeWhole = (file: string, content: string | Uint8Array): void => {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(draft, content, { flush: true })
    renameSync(draft, file)
  } catch (error) {
    throw error instanceof Error ? fileSystemError(file, "written", error) : error
  }
}
