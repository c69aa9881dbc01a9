import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import { UsageError } from "../errors.ts"
import { builtIns } from "../registry.ts"
import { faultOfPackageName } from "./package-name.ts"

const TEMPLATES = join(import.meta.dirname, "../../templates/agent")

/** npm leaves a `.gitignore` out of what it publishes, so the template has another name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" }

export interface AgentPackage {
  readonly name: string
  /** Absolute path of its folder. */
  readonly directory: string
  /** Paths of its files inside the folder. */
  readonly files: readonly string[]
}

/**
 * Writes a new package that holds a learning agent, into a folder that is new or empty.
 *
 * @throws UsageError where the name cannot be used, or the folder; then nothing was overwritten.
 */
export const createAgentPackage = (name: string, directory: string = defaultDirectory(name)): AgentPackage => {
  const fault = faultOfPackageName(name) ?? faultOfAgentName(name)
  if (fault !== null) throw new UsageError(`"${name}": ${fault}`)
  const folder = resolve(directory)
  const contents = fillTemplates(name)
  try {
    mkdirSync(folder, { recursive: true })
    const found = readdirSync(folder).filter((entry) => entry !== ".git")
    if (found.length > 0) {
      throw new UsageError(
        `${directory} is not empty (${found[0]}): choose another folder with --directory, or remove it`
      )
    }
    for (const [file, content] of contents) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content, { flag: "wx" })
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(explainFolder(directory, error), { cause: error })
  }
  return { name, directory: folder, files: contents.map(([file]) => file) }
}

/** The name without its scope. */
const defaultDirectory = (name: string): string => name.slice(name.indexOf("/") + 1)

/** Why a study could not find a package of this name, or the package itself what it needs; null if both can. */
const faultOfAgentName = (name: string): string | null => {
  for (const kind of ["agent", "environment"] as const) {
    if (builtIns(kind).some(({ definition }) => definition.name === name)) {
      return `an ${kind} of this name is built in, and a study would find that one: choose another name`
    }
  }
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(join(TEMPLATES, "package.json"), "utf8"))
  return name in peerDependencies || name in devDependencies
    ? "the new package depends on a package of this name: choose another name"
    : null
}

/** Every file of the package with its content, sorted by path. */
const fillTemplates = (name: string): readonly (readonly [file: string, content: string])[] => {
  const values: Readonly<Record<string, string>> = {
    __NAME__: name,
    __STUDY__: studyName(name),
    __TWINPACT_VERSION__: manifest.version,
    __EFFECT_VERSION__: manifest.dependencies.effect
  }
  return readdirSync(TEMPLATES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: base }) => {
      const template = readFileSync(join(parentPath, base), "utf8")
      const file = relative(TEMPLATES, join(parentPath, RENAMED[base] ?? base))
      return [file, template.replace(/__[A-Z_]+__/g, (placeholder) => values[placeholder])] as const
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A study's name holds letters, digits and hyphens, at most 64. */
const studyName = (name: string): string =>
  defaultDirectory(name)
    .replaceAll(/[^a-z0-9]/g, "-")
    .slice(0, 64)

const explainFolder = (directory: string, error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : null
  const hint = "choose another folder with --directory"
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return `${directory}: no permission to write there; ${hint}`
  }
  if (code === "EEXIST" || code === "ENOTDIR") return `${directory}: this path, or a part of it, is a file; ${hint}`
  return `${directory}: cannot be written: ${error instanceof Error ? error.message : String(error)}; ${hint}`
}
