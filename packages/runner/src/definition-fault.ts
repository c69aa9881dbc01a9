import type { Definition } from "./pool/definition-source.ts"

type Kind = Definition["kind"]

/** Why what a module exports by default is not a definition of this kind, and what it should be; null if it is one. */
export const faultOfDefinition = (kind: Kind, value: unknown): string | null => {
  const maker = kind === "agent" ? "defineAgent" : "defineEnvironment"
  if (value === undefined) return `no default export: expected \`export default ${maker}({ ... })\``
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    return `the default export is not a definition: expected \`export default ${maker}({ ... })\``
  }
  const candidate: Readonly<Partial<Record<string, unknown>>> = { ...value }
  if (candidate.kind !== kind) {
    return candidate.kind === "agent" || candidate.kind === "environment"
      ? `the default export is an ${candidate.kind}, expected an ${kind}: name it under "${candidate.kind}" in the study file`
      : `the default export is not a definition: expected \`export default ${maker}({ ... })\``
  }
  const texts = ["name", "version", "summary"].filter((key) => typeof candidate[key] !== "string")
  if (texts.length > 0) return `the definition has no "${texts[0]}": expected a text`
  if (kind === "agent") {
    const flags = ["trains", "isDeterministic"].filter((key) => typeof candidate[key] !== "boolean")
    if (flags.length > 0) return `the definition has no "${flags[0]}": expected true or false`
    if (!Array.isArray(candidate.actionSpaces)) {
      return 'the definition has no "actionSpaces": expected a list of "box" and "discrete"'
    }
  }
  if (typeof candidate.create !== "function") return 'the definition has no function "create"'
  const { config } = candidate
  const isStruct = (typeof config === "object" || typeof config === "function") && config !== null && "fields" in config
  return isStruct ? null : 'the definition has no "config": expected an Effect Schema.Struct'
}
