import { UsageError } from "../errors.ts"
import { type StoredTrialDetails, StudyReader } from "../store/reader.ts"
import { findStudy, type StudyFolder, studyFolder, studyNames } from "../study-folder.ts"

/** A trial with the study that it belongs to. */
export interface FoundTrial {
  readonly folder: StudyFolder
  readonly trial: StoredTrialDetails
}

/**
 * The trial whose id begins with `id`, in one study or in all of the folder.
 *
 * @throws UsageError if there is none, or more than one.
 */
export const findTrial = async (studies: string, id: string, study?: string): Promise<FoundTrial> => {
  const folders =
    study === undefined
      ? studyNames(studies).map((name) => studyFolder(studies, name))
      : [await findStudy(studies, study)]
  const found = folders.flatMap((folder) => {
    using reader = new StudyReader(folder.database)
    return reader.trialsById(id).map((trial) => ({ folder, trial }))
  })
  const where = study === undefined ? `the studies in ${studies}` : `study "${folders[0].name}"`
  if (found.length === 0) {
    throw new UsageError(`no trial "${id}" in ${where}; twinpact results <study> --trials lists them`)
  }
  if (found.length > 1) {
    const ids = found.slice(0, 5).map(({ folder, trial }) => `${trial.id} (${folder.name})`)
    throw new UsageError(`"${id}" could be ${found.length} trials: ${ids.join(", ")}; give more of the id, or --study`)
  }
  return found[0]
}
