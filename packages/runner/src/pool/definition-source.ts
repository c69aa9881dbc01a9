import type { AgentDefinition, EnvironmentDefinition } from "@twinpact/core"

/** Where a definition comes from, so that another thread imports the very same one. */
export interface DefinitionSource {
  /** Resolved URL of the module. */
  readonly url: string
  /** Its default export, or an entry of the array that it exports under this name. */
  readonly exported: "default" | "agents" | "environments"
  readonly name: string
}

export type Definition = AgentDefinition | EnvironmentDefinition

/** Imports the definition; Node keeps a module that it has loaded once. */
export const importDefinition = async ({ url, exported, name }: DefinitionSource): Promise<unknown> => {
  const module: Record<string, unknown> = await import(url)
  const found = module[exported]
  return exported === "default" ? found : (found as readonly Definition[]).find((candidate) => candidate.name === name)
}
