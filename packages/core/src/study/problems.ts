import { Schema, SchemaIssue } from "effect"
import leven from "leven"

/** What is wrong at one place of a study file. */
export interface Problem {
  /** Keys and indices from the root. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Decodes `input`, or lists everything that is wrong with it; unknown keys come with the nearest known one. */
export const decode = <S extends Schema.Decoder<unknown>>(
  schema: S,
  input: unknown,
  knownKeys: (path: readonly (string | number)[]) => readonly string[]
): { readonly value: S["Type"] } | { readonly problems: readonly Problem[] } => {
  const result = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error", reportInput: true })(
    input
  )
  if (result._tag === "Success") return { value: result.success }
  const problems = format(result.failure.issue).issues.map(({ path, message }): Problem => {
    const keys = (path ?? []).map((key) => (typeof key === "number" ? key : String(key)))
    if (message.startsWith("Unexpected key")) {
      const known = knownKeys(keys.slice(0, -1))
      return { path: keys, message: `unknown key${suggestion(String(keys.at(-1)), known)}` }
    }
    if (message.startsWith("Missing key")) return { path: keys, message: "missing: this key is required" }
    return { path: keys, message: shorten(message) }
  })
  return { problems }
}

/** `; did you mean "x"?` where a name is near, else the list of what is known. */
export const suggestion = (found: string, known: readonly string[]): string => {
  const nearest = known
    .map((name) => ({ name, distance: leven(found.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  if (nearest !== undefined && nearest.distance <= Math.max(2, Math.floor(found.length / 3))) {
    return `; did you mean "${nearest.name}"?`
  }
  return known.length === 0 ? "; there are none here" : `; expected one of ${known.join(", ")}`
}

const shorten = (message: string): string => {
  const oneLine = message.replaceAll(/\s+/g, " ").replace(/^Expected/, "expected")
  return oneLine.length > 300 ? `${oneLine.slice(0, 300)}...` : oneLine
}
