import { readFileSync } from "node:fs"
import type { SavedState } from "@twinpact/core"
import { SavedFileError } from "../errors.ts"
import { writeWhole } from "../study-folder.ts"

/** Changes whenever older files can no longer be read. */
const FORMAT = "twinpact-state-1"

/**
 * Writes the state of a trial as a safetensors file, whole or not at all; its counters and the trial's id stand in the
 * file's metadata as JSON.
 */
export const writeState = async (file: string, trialId: string, { tensors, counters }: SavedState): Promise<void> => {
  const { encodeSafetensors } = await import("@twinpact/tensor") // only trials that learn have something to save
  const metadata = { format: FORMAT, trial: trialId, counters: JSON.stringify(counters) }
  writeWhole(file, encodeSafetensors(tensors, metadata))
}

/**
 * The state in a file; null if there is no such file.
 *
 * @param remedy what to do if it cannot be read.
 * @throws SavedFileError if it is damaged, of another format or of another trial.
 */
export const readState = async (file: string, trialId: string, remedy: string): Promise<SavedState | null> => {
  const bytes = readIfThere(file)
  if (bytes === null) return null
  const { decodeSafetensors } = await import("@twinpact/tensor")
  try {
    const { tensors, metadata } = decodeSafetensors(bytes)
    if (metadata.format !== FORMAT) throw new Error(`expected the format ${FORMAT}, found ${metadata.format}`)
    if (metadata.trial !== trialId) throw new Error(`expected trial ${trialId}, found ${metadata.trial}`)
    return { tensors, counters: JSON.parse(metadata.counters) as SavedState["counters"] }
  } catch (cause) {
    throw new SavedFileError(file, cause instanceof Error ? cause.message : String(cause), remedy, { cause })
  }
}

const readIfThere = (file: string): Uint8Array | null => {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw error
  }
}
