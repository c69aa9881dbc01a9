import { existsSync, realpathSync } from "node:fs"
import { dirname, isAbsolute, join, relative, resolve } from "node:path"
import process from "node:process"
import { fileURLToPath, pathToFileURL } from "node:url"
import { agents } from "@twinpact/agents"
import { type AgentDefinition, type EnvironmentDefinition, type Registry, suggestion } from "@twinpact/core"
import { environments } from "@twinpact/env"
import { resolve as resolveModule } from "import-meta-resolve"
import { UsageError } from "./errors.ts"
import { packageOf } from "./installed-package.ts"
import { firstLine, identityOf, type LoadedDefinition, type Lookup, loadDefinition } from "./load-definition.ts"
import type { Definition, DefinitionSource } from "./pool/definition-source.ts"
import { faultOfPackageName } from "./scaffold/package-name.ts"

type Kind = Definition["kind"]

const BUILT_IN = {
  agent: { exported: "agents", definitions: agents, specifier: "@twinpact/agents" },
  environment: { exported: "environments", definitions: environments, specifier: "@twinpact/env" }
} as const

/** The definitions that need no installation. */
export const builtIns = (kind: Kind): readonly LoadedDefinition[] => {
  const { exported, definitions, specifier } = BUILT_IN[kind]
  const url = import.meta.resolve(specifier)
  const origin = identityOf(packageOf(realpathSync(fileURLToPath(url))))
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
    return "problem" in resolved ? resolved : loadDefinition(kind, name, resolved.url)
  }

  private resolve(kind: Kind, name: string): { readonly url: string } | { readonly problem: string } {
    if (/^(\.{1,2}\/|\/|file:)/.test(name)) {
      const url = name.startsWith("file:") ? name : pathToFileURL(resolve(this.folder, name)).href
      return existsSync(fileURLToPath(url)) ? { url } : { problem: `there is no file ${fileURLToPath(url)}` }
    }
    for (const folder of [this.folder, process.cwd(), import.meta.dirname]) {
      try {
        const url = resolveModule(name, pathToFileURL(join(folder, "study.yaml")).href)
        if (!url.startsWith("file:")) continue
        return existsSync(fileURLToPath(url)) ? { url } : { problem: explainLack(name, fileURLToPath(url)) }
      } catch (error) {
        const problem = explainResolution(name, folder, error)
        if (problem !== null) return { problem }
      }
    }
    const isScoped = name.startsWith("@") && faultOfPackageName(name) === null
    const known = BUILT_IN[kind].definitions.map((definition) => definition.name)
    const fix = isScoped ? `; to install it: npm install ${name}` : suggestion(name, known)
    return { problem: `no ${kind} "${name}": neither built in nor a package installed for the study file${fix}` }
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

/** What is wrong with a package that cannot be resolved from a folder; null if there is none. */
const explainResolution = (name: string, folder: string, error: unknown): string | null => {
  const code = error instanceof Error && "code" in error ? error.code : null
  if (code === "ERR_INVALID_MODULE_SPECIFIER") return null
  if (code !== "ERR_MODULE_NOT_FOUND") {
    return `package "${name}" cannot be resolved from ${folder}: ${firstLine(error)}`
  }
  // A package without a file to load is named by its folder, one that is not there by its name.
  const found = /^Cannot find package '([^']+)'/.exec(firstLine(error))?.[1] ?? ""
  return isAbsolute(found) ? explainLack(name, join(found, "index.js")) : null
}

/** A package is there, but not the file that it names. */
const explainLack = (name: string, path: string): string => {
  const folder = packageOf(path)?.folder ?? dirname(path)
  return `package "${name}" has no file ${relative(folder, path)} to load: build it ("npm run build" in ${folder})`
}
