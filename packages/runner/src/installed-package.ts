import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { satisfies, validRange } from "semver"

/** A package as its `package.json` describes it. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Where its `package.json` is. */
  readonly folder: string
  /** Versions that it takes of each package that it needs. */
  readonly needs: Readonly<Record<string, string>>
}

/** The package of a file: the nearest `package.json` above it that has a name and a version; null if there is none. */
export const packageOf = (path: string): InstalledPackage | null => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, "package.json")
    if (existsSync(file)) {
      const content: unknown = JSON.parse(readFileSync(file, "utf8"))
      if (hasNameAndVersion(content)) {
        const { name, version, dependencies, peerDependencies } = content
        return { name, version, folder, needs: { ...dependencies, ...peerDependencies } }
      }
    }
    if (dirname(folder) === folder) return null
  }
}

/** Why a package was not made for `present`; null if it takes this version, or does not say what it takes. */
export const faultOfVersion = (
  { name, version, needs }: InstalledPackage,
  present: Pick<InstalledPackage, "name" | "version">
): string | null => {
  const range: string | undefined = needs[present.name]
  if (range === undefined || validRange(range) === null) return null // such as workspace:* and file:../core
  if (satisfies(present.version, range, { includePrerelease: true })) return null
  return (
    `package "${name}" ${version} needs ${present.name} ${range}, this twinpact has ${present.version}: ` +
    `install a version of "${name}" that is made for it, or another version of twinpact`
  )
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const hasNameAndVersion = (content: unknown): content is Manifest =>
  typeof content === "object" &&
  content !== null &&
  "name" in content &&
  typeof content.name === "string" &&
  "version" in content &&
  typeof content.version === "string"
