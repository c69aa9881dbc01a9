import { dirname, resolve } from "node:path"
import { type Plan, planStudy } from "@twinpact/core"
import { ModuleRegistry } from "./registry.ts"
import { explained, readStudyFile } from "./study-file.ts"

export interface PlannedStudy {
  /** The path as it was given. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly plan: Plan
  readonly registry: ModuleRegistry
}

/**
 * Reads, checks and expands a study file. Writes nothing.
 *
 * @throws StudyFileError with one line per problem.
 */
export const planStudyFile = async (file: string): Promise<PlannedStudy> => {
  const { bytes, parsed } = await readStudyFile(file)
  const registry = new ModuleRegistry(dirname(resolve(file)))
  const plan = await explained(file, () => planStudy(parsed, registry))
  return { file, bytes, plan, registry }
}
