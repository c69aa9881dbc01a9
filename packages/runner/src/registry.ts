import { existsSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import process from "node:process"
import { fileURLToPath, pathToFileURL } from "node:url"
import { agents } from "@twinpact/agents"
import { type AgentDefinition, type EnvironmentDefinition, type Registry, suggestion } from "@twinpact/core"
import { environments } from "@twinpact/env"
import { resolve as resolveModule } from "import-meta-resolve"
import { UsageError } from "./errors.ts"
import { type Definition, type DefinitionSource, importDefinition } from "./pool/definition-source.ts"

type Kind = Definition["kind"]

/** A definition with its origin. */
export interface LoadedDefinition {
  readonly definition: Definition
  readonly source: DefinitionSource
  /** Package that it comes from, null for a file outside any package. */
  readonly package: { readonly name: string; readonly version: string } | null
}

type Lookup = LoadedDefinition | { readonly problem: string }

const BUILT_IN = {
  agent: { exported: "agents", definitions: agents, specifier: "@twinpact/agents" },
  environment: { exported: "environments", definitions: environments, specifier: "@twinpact/env" }
} as const

/** The definitions that need no installation. */
export const builtIns = (kind: Kind): readonly LoadedDefinition[] => {
  const { exported, definitions, specifier } = BUILT_IN[kind]
  const url = import.meta.resolve(specifier)
  const origin = packageOf(url)
  return definitions.map((definition) => ({
    definition,
    source: { url, exported, name: definition.name },
    package: origin
  }))
}

/**
 * Names to definitions: the built-in ones, else modules whose default export is a definition.
 *
 * A package is looked for from the study file's folder, then the working directory, then the runner; a path such as
 * `./my-agent.ts` is relative to the study file. Each name is looked up once.
 */
export class ModuleRegistry implements Registry {
  private readonly folder: string
  private readonly lookups = new Map<string, Promise<Lookup>>()
  private readonly found = new Map<string, LoadedDefinition>()

  /** @param folder of the study file. */
  constructor(folder: string) {
    this.folder = folder
  }

  async agent(name: string): Promise<AgentDefinition | { readonly problem: string }> {
    const lookup = await this.lookUp("agent", name)
    return "problem" in lookup ? lookup : (lookup.definition as AgentDefinition)
  }

  async environment(name: string): Promise<EnvironmentDefinition | { readonly problem: string }> {
    const lookup = await this.lookUp("environment", name)
    return "problem" in lookup ? lookup : (lookup.definition as EnvironmentDefinition)
  }

  lookUp(kind: Kind, name: string): Promise<Lookup> {
    const key = `${kind} ${name}`
    const known = this.lookups.get(key)
    if (known !== undefined) return known
    const lookup = this.find(kind, name).then((result) => {
      if (!("problem" in result)) this.found.set(key, result)
      return result
    })
    this.lookups.set(key, lookup)
    return lookup
  }

  /** What has been looked up and found so far, by kind and name. */
  loaded(): ReadonlyMap<string, LoadedDefinition> {
    return this.found
  }

  /** Where a definition that was found before is imported from. */
  sourceOf(kind: Kind, name: string): DefinitionSource {
    const loaded = this.found.get(`${kind} ${name}`)
    if (loaded === undefined) throw new Error(`internal: ${kind} "${name}" was never looked up`)
    return loaded.source
  }

  private async find(kind: Kind, name: string): Promise<Lookup> {
    const builtIn = builtIns(kind).find(({ definition }) => definition.name === name)
    if (builtIn !== undefined) return builtIn
    const otherKind = kind === "agent" ? "environment" : "agent"
    if (BUILT_IN[otherKind].definitions.some((definition) => definition.name === name)) {
      return { problem: `"${name}" is an ${otherKind}, expected an ${kind}` }
    }
    const resolved = this.resolve(kind, name)
    return "problem" in resolved ? resolved : load(kind, name, resolved.url)
  }

  private resolve(kind: Kind, name: string): { readonly url: string } | { readonly problem: string } {
    if (/^(\.{1,2}\/|\/|file:)/.test(name)) {
      const url = name.startsWith("file:") ? name : pathToFileURL(resolve(this.folder, name)).href
      return existsSync(fileURLToPath(url)) ? { url } : { problem: `there is no file ${fileURLToPath(url)}` }
    }
    for (const folder of [this.folder, process.cwd(), import.meta.dirname]) {
      try {
        const url = resolveModule(name, pathToFileURL(join(folder, "study.yaml")).href)
        if (url.startsWith("file:") && existsSync(fileURLToPath(url))) return { url }
      } catch (error) {
        if (!isNotFound(error)) {
          return { problem: `package "${name}" cannot be resolved from ${folder}: ${firstLine(error)}` }
        }
      }
    }
    const known = BUILT_IN[kind].definitions.map((definition) => definition.name)
    return {
      problem: `no ${kind} "${name}": neither built in nor a package installed for the study file${suggestion(name, known)}`
    }
  }
}

/**
 * The definition of this name as the working directory sees it.
 *
 * @throws UsageError that says what was looked for.
 */
export const findDefinition = async (kind: Kind, name: string): Promise<LoadedDefinition> => {
  const lookup = await new ModuleRegistry(process.cwd()).lookUp(kind, name)
  if ("problem" in lookup) throw new UsageError(lookup.problem)
  return lookup
}

const load = async (kind: Kind, name: string, url: string): Promise<Lookup> => {
  const path = realpathSync(fileURLToPath(url))
  if (/\.[mc]?ts$/.test(path) && path.includes("/node_modules/")) {
    return {
      problem: `package "${name}" offers TypeScript (${path}), which Node does not run under node_modules: publish JavaScript (build it, and let "exports" name the built file)`
    }
  }
  const source: DefinitionSource = { url, exported: "default", name }
  let definition: unknown
  try {
    definition = await importDefinition(source)
  } catch (error) {
    return { problem: `"${name}" cannot be loaded from ${path}: ${nameOf(error)}: ${firstLine(error)}` }
  }
  const fault = faultOf(kind, definition)
  if (fault !== null) return { problem: `"${name}" (${path}): ${fault}` }
  return { definition: definition as Definition, source, package: packageOf(url) }
}

/** Why `value` is not a definition of this kind; null if it is one. */
const faultOf = (kind: Kind, value: unknown): string | null => {
  const maker = kind === "agent" ? "defineAgent" : "defineEnvironment"
  if (value === undefined) return `no default export: expected \`export default ${maker}({ ... })\``
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    return `the default export is not a definition: expected \`export default ${maker}({ ... })\``
  }
  if (value.kind !== kind) return `the default export is an ${String(value.kind)}, expected an ${kind}`
  const candidate: Partial<Record<string, unknown>> = value as object
  for (const key of ["name", "version", "summary"]) {
    if (typeof candidate[key] !== "string") return `the definition has no "${key}": expected a text`
  }
  if (typeof candidate.create !== "function") return 'the definition has no function "create"'
  const { config } = candidate
  const isStruct = (typeof config === "object" || typeof config === "function") && config !== null && "fields" in config
  return isStruct ? null : 'the definition has no "config": expected an Effect Schema.Struct'
}

/** The nearest package.json with a name and a version above this module. */
const packageOf = (url: string): { readonly name: string; readonly version: string } | null => {
  for (let folder = dirname(realpathSync(fileURLToPath(url))); ; folder = dirname(folder)) {
    const file = join(folder, "package.json")
    if (existsSync(file)) {
      const content: unknown = JSON.parse(readFileSync(file, "utf8"))
      if (hasNameAndVersion(content)) return { name: content.name, version: content.version }
    }
    if (dirname(folder) === folder) return null
  }
}

const hasNameAndVersion = (content: unknown): content is { name: string; version: string } =>
  typeof content === "object" &&
  content !== null &&
  "name" in content &&
  typeof content.name === "string" &&
  "version" in content &&
  typeof content.version === "string"

const isNotFound = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "ERR_INVALID_MODULE_SPECIFIER")

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "Error")
