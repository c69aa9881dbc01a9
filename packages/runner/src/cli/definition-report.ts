import { describeSpace, type Environment, type EnvironmentDefinition } from "@twinpact/core"
import { Schema } from "effect"
import { configKeys } from "../config-table.ts"
import type { LoadedDefinition } from "../load-definition.ts"
import { renderTable } from "./table.ts"

export const listDefinitions = (known: readonly LoadedDefinition[]): string =>
  renderTable(
    ["name", "version", "summary"],
    known.map(({ definition: { name, version, summary } }) => [name, version, summary]),
    { leftColumns: 3 }
  )

export const describeDefinition = ({ definition, package: origin }: LoadedDefinition): string => {
  const keys = configKeys(definition.config)
  return [
    `${definition.name} (${definition.kind}, version ${definition.version}): ${definition.summary}`,
    ...(origin === null ? [] : [`from ${origin.name} ${origin.version}`]),
    ...(definition.kind === "agent"
      ? [`plays ${definition.actionSpaces.join(" or ")} actions; ${definition.trains ? "learns" : "does not learn"}`]
      : describeRoles(definition)),
    "",
    keys.length === 0
      ? "It has no configuration."
      : renderTable(
          ["key", "type", "default", "description"],
          keys.map(({ key, type, default: value, description }) => [key, type, value ?? "", description]),
          { leftColumns: 4, lastColumnWidth: 60 }
        )
  ].join("\n")
}

export const definitionJson = ({ definition, package: origin }: LoadedDefinition): object => {
  const { kind, name, version, summary } = definition
  return { kind, name, version, summary, package: origin, config: configKeys(definition.config) }
}

const describeRoles = (definition: EnvironmentDefinition): readonly string[] => {
  const environment = withDefaults(definition)
  if (environment === null) return ["(its roles depend on keys that have no default)"]
  const roles = environment.roles.map(
    ({ name, agentCount, observation, action }) =>
      `role ${name}: ${agentCount} per instance, sees a ${describeSpace(observation)}, plays a ${describeSpace(action)}`
  )
  const schemes = environment.schemes.map(({ name, role, summary, options }) => {
    const settings = Object.entries(options).map(([key, option]) => `${key}=${option.default}`)
    return `scheme ${name} of ${role}${settings.length === 0 ? "" : ` (${settings.join(", ")})`}: ${summary}`
  })
  return [...roles, ...schemes]
}

/** The environment with all defaults; null if some key has none. */
const withDefaults = ({ config, create }: EnvironmentDefinition): Environment | null => {
  const result = Schema.decodeUnknownResult(config)({})
  return result._tag === "Success" ? create(result.success) : null
}
