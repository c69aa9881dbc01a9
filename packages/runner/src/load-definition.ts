import { realpathSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { resolve as resolveModule } from "import-meta-resolve"
import { faultOfDefinition } from "./definition-fault.ts"
import { faultOfVersion, type InstalledPackage, packageOf } from "./installed-package.ts"
import { type Definition, type DefinitionSource, importDefinition } from "./pool/definition-source.ts"

/** A definition with its origin. */
export interface LoadedDefinition {
  readonly definition: Definition
  readonly source: DefinitionSource
  /** Package that it comes from, null for a file outside any package. */
  readonly package: Pick<InstalledPackage, "name" | "version"> | null
}

/** What a name means, or why it means nothing. */
export type Lookup = LoadedDefinition | { readonly problem: string }

/** Imports a module and checks that its default export is a definition that works here; a problem is one line. */
export const loadDefinition = async (kind: Definition["kind"], name: string, url: string): Promise<Lookup> => {
  const path = realpathSync(fileURLToPath(url))
  if (/\.[mc]?ts$/.test(path) && path.includes("/node_modules/")) {
    return {
      problem: `package "${name}" offers TypeScript (${path}), which Node does not run under node_modules: publish JavaScript (build it, and let "exports" name the built file)`
    }
  }
  const origin = packageOf(path)
  const misfit = (origin === null ? null : faultOfVersion(origin, core())) ?? faultOfCopy(name, path)
  if (misfit !== null) return { problem: misfit }
  const source: DefinitionSource = { url, exported: "default", name }
  let definition: unknown
  try {
    definition = await importDefinition(source)
  } catch (error) {
    const lacks = error instanceof Error && /^Cannot find package/.test(error.message)
    const fix = lacks && origin !== null ? `; run "npm install" in ${origin.folder}, or where it is installed` : ""
    return { problem: `"${name}" cannot be loaded from ${path}: ${nameOf(error)}: ${firstLine(error)}${fix}` }
  }
  const fault = faultOfDefinition(kind, definition)
  if (fault !== null) return { problem: `"${name}" (${path}): ${fault}` }
  return { definition: definition as Definition, source, package: identityOf(origin) }
}

/** The core that runs here: packages say which versions of it they were made for. */
const core = (): InstalledPackage => {
  const found = packageOf(realpathSync(fileURLToPath(import.meta.resolve("@twinpact/core"))))
  if (found === null) throw new Error("internal: @twinpact/core has no package.json")
  return found
}

/** Why a module cannot work with this twinpact's copy of effect: schemas of one copy mean nothing to another. */
const faultOfCopy = (name: string, path: string): string | null => {
  const own = resolveFile("effect", pathToFileURL(path).href)
  const ours = resolveFile("effect", import.meta.url)
  if (own === null || ours === null || own === ours) return null
  return (
    `"${name}" uses another copy of effect (${dirname(own)}) than this twinpact (${dirname(ours)}): ` +
    `use the twinpact that is installed with it, "npx twinpact" there`
  )
}

/** The file that a package means to a module; null if it is not installed for it. */
const resolveFile = (specifier: string, parent: string): string | null => {
  try {
    return realpathSync(fileURLToPath(resolveModule(specifier, parent)))
  } catch {
    return null
  }
}

/** What a record of a run keeps of a package. */
export const identityOf = (origin: InstalledPackage | null): LoadedDefinition["package"] =>
  origin === null ? null : { name: origin.name, version: origin.version }

/** What an error says, without its stack. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error")
