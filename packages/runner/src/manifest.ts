import { existsSync, readFileSync } from "node:fs"
import type { TrialState } from "./coordination/trial-state.ts"
import type { GitState } from "./git.ts"
import type { Machine } from "./machine.ts"
import { type StudyFolder, writeWhole } from "./study-folder.ts"
import type { PlannedStudy } from "./study-plan.ts"

const FORMAT = 1

/** One call of `run`. */
interface RunRecord {
  readonly started: string
  readonly ended: string | null
  readonly command: string
  readonly workers: number
  readonly twinpact: string
  readonly git: GitState | null
  readonly machine: Machine
  readonly outcome: Readonly<Record<TrialState, number>> | null
}

/** Where the numbers of a study come from, for people and programs that read it years later. */
interface Manifest {
  readonly format: typeof FORMAT
  /** The study with all defaults filled in. */
  readonly study: unknown
  readonly configurations: number
  readonly trials: number
  readonly seeds: readonly number[]
  readonly definitions: readonly {
    readonly kind: string
    readonly name: string
    readonly version: string
    readonly package: { readonly name: string; readonly version: string } | null
  }[]
  readonly runs: readonly RunRecord[]
}

export interface ManifestOptions {
  readonly folder: StudyFolder
  readonly planned: PlannedStudy
  readonly run: RunRecord
}

/** Describes the present plan and adds this run to those before it. */
export const beginManifest = ({ folder, planned, run }: ManifestOptions): void => {
  const { plan, registry } = planned
  const manifest: Manifest = {
    format: FORMAT,
    study: plan.study,
    configurations: plan.configurations.length,
    trials: plan.trials.length,
    seeds: [...new Set(plan.trials.map(({ seed }) => seed))],
    definitions: [...registry.loaded().entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { definition, package: origin }]) => {
        const { kind, name, version } = definition
        return { kind, name, version, package: origin }
      }),
    runs: [...earlierRuns(folder.manifest), run]
  }
  write(folder.manifest, manifest)
}

/** Completes the record of the last run. */
export const endManifest = (folder: StudyFolder, ending: Pick<RunRecord, "ended" | "outcome">): void => {
  const manifest = read(folder.manifest)
  const last = manifest?.runs.at(-1)
  if (manifest === null || last === undefined) return
  write(folder.manifest, { ...manifest, runs: [...manifest.runs.slice(0, -1), { ...last, ...ending }] })
}

const write = (file: string, manifest: Manifest): void => writeWhole(file, `${JSON.stringify(manifest, null, 2)}\n`)

const earlierRuns = (file: string): readonly RunRecord[] => read(file)?.runs ?? []

/** Null if there is none that we can read: the record then begins anew. */
const read = (file: string): Manifest | null => {
  if (!existsSync(file)) return null
  try {
    const manifest: Manifest = JSON.parse(readFileSync(file, "utf8"))
    return manifest.format === FORMAT && Array.isArray(manifest.runs) ? manifest : null
  } catch {
    return null
  }
}
