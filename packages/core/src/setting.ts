import { Effect, Schema } from "effect"

/** A described key that may be left out of the file and is then `value`. */
export const setting = <S extends Schema.Top>(
  schema: S,
  value: S["Encoded"],
  description: string
): Schema.withDecodingDefaultKey<S> =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)), Schema.annotateKey({ description }))

/** A described key that must be there. */
export const required = <S extends Schema.Top>(schema: S, description: string): S["Rebuild"] =>
  schema.pipe(Schema.annotateKey({ description }))

/** A described key that may be left out and is then absent. */
export const optional = <S extends Schema.Top>(schema: S, description: string): Schema.optionalKey<S> =>
  Schema.optionalKey(schema).pipe(Schema.annotateKey({ description }))

export const PositiveInteger = Schema.Int.check(Schema.isGreaterThan(0))
export const NonNegativeInteger = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
export const PositiveNumber = Schema.Finite.check(Schema.isGreaterThan(0))
export const NonNegativeNumber = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
export const UnitInterval = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/** One key of a configuration, for tables and help. */
export interface SettingDescription {
  readonly key: string
  readonly description: string
}

/** The keys of a configuration schema with their descriptions ("" where one is missing). */
export const describeSettings = (schema: { readonly fields: Schema.Struct.Fields }): readonly SettingDescription[] =>
  Object.entries(schema.fields).map(([key, field]) => {
    const description = (field as Schema.Top).ast.context?.annotations?.description
    return { key, description: typeof description === "string" ? description : "" }
  })
