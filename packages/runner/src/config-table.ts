import type { ConfigSchema } from "@twinpact/core"
import { Schema } from "effect"

/** One key of a definition's configuration, as its schema describes it. */
export interface ConfigKey {
  readonly key: string
  readonly type: string
  /** The decoded default as JSON; null if the key has none. */
  readonly default: string | null
  readonly description: string
}

/** The configuration of a definition as a table, generated from its schema; nested keys are joined by dots. */
export const configKeys = (schema: ConfigSchema, prefix = ""): readonly ConfigKey[] =>
  Object.entries(schema.fields).flatMap(([key, field]) => {
    const own = { key: `${prefix}${key}`, type: typeOf(field), description: describe(field) }
    const nested = structOf(field)
    return nested === null
      ? [{ ...own, default: defaultOf(key, field) }]
      : [{ ...own, default: null }, ...configKeys(nested, `${prefix}${key}.`)]
  })

type Field = ConfigSchema["fields"][string]

/** The struct that a key holds, also where it may be left out; null for anything else. */
const structOf = (field: Field): ConfigSchema | null => {
  const inner: unknown = "to" in field ? field.to : field // schemas are functions, and `to` is what is decoded
  const isSchema = (typeof inner === "object" || typeof inner === "function") && inner !== null
  return isSchema && "fields" in inner ? (inner as ConfigSchema) : null
}

const describe = ({ ast }: Field): string => {
  const { description } = { ...ast.annotations, ...ast.context?.annotations }
  return typeof description === "string" ? description : ""
}

/** What decoding an object without this key fills in. */
const defaultOf = (key: string, field: Field): string | null => {
  const schema = Schema.Struct({ [key]: field }) as unknown as Schema.Decoder<Record<string, unknown>>
  const result = Schema.decodeUnknownResult(schema)({})
  if (result._tag === "Failure" || !(key in result.success)) return null
  return JSON.stringify(result.success[key])
}

const typeOf = (field: Field): string => {
  try {
    return describeJsonSchema(Schema.toJsonSchemaDocument(Schema.toType(field)).schema)
  } catch {
    return "any" // a schema that JSON Schema cannot express
  }
}

const describeJsonSchema = (schema: unknown): string => {
  if (typeof schema !== "object" || schema === null) return "any"
  const part: Partial<Record<string, unknown>> = schema
  if (Array.isArray(part.enum)) return part.enum.map((value) => JSON.stringify(value)).join(" | ")
  if (Array.isArray(part.anyOf)) return part.anyOf.map(describeJsonSchema).join(" | ")
  const bounded: Partial<Record<string, unknown>> = Object.assign(
    {},
    part,
    ...(Array.isArray(part.allOf) ? part.allOf : [])
  )
  switch (bounded.type) {
    case "integer":
    case "number":
      return `${bounded.type}${boundsOf(bounded)}`
    case "array": {
      const items = Array.isArray(bounded.prefixItems)
        ? bounded.prefixItems.map(describeJsonSchema).join(", ")
        : describeJsonSchema(bounded.items)
      return `[${items}${Array.isArray(bounded.prefixItems) ? "" : ", ..."}]`
    }
    case "string":
    case "boolean":
    case "object":
      return bounded.type
    default:
      return "any"
  }
}

/** ` > 0`, ` 0 to 1`; the limits of exact integers say nothing. */
const boundsOf = ({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum
}: Partial<Record<string, unknown>>): string => {
  const isLimit = (value: unknown): value is number =>
    typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER
  if (isLimit(minimum) && isLimit(maximum)) return ` ${minimum} to ${maximum}`
  const bounds = [
    isLimit(minimum) ? `>= ${minimum}` : "",
    isLimit(exclusiveMinimum) ? `> ${exclusiveMinimum}` : "",
    isLimit(maximum) ? `<= ${maximum}` : "",
    isLimit(exclusiveMaximum) ? `< ${exclusiveMaximum}` : ""
  ].filter((bound) => bound !== "")
  return bounds.length === 0 ? "" : ` ${bounds.join(", ")}`
}
