import { guard, openForWriting } from "./database.ts"
import { Lease } from "./lease.ts"

/**
 * Puts the failed and cancelled trials of the present plan back, as if they had never been tried; their attempts stay on
 * record. @returns how many.
 *
 * @throws StudyHeldError while a run works on the study.
 */
export const reopenFailed = (study: string, file: string): number => {
  const database = openForWriting(file)
  try {
    return guard(file, "written", () => {
      const lease = Lease.acquire(study, database)
      try {
        const { changes } = database
          .prepare(
            `UPDATE trials SET state = 'waiting', failed = 0, lost = 0
             WHERE state IN ('failed', 'cancelled') AND position IS NOT NULL`
          )
          .run()
        return Number(changes)
      } finally {
        lease.release()
      }
    })
  } finally {
    database.close()
  }
}
