import { NonNegativeNumber, optional, PositiveInteger, required, setting, UnitInterval } from "@twinpact/core"
import { Schema } from "effect"
import { expect, test } from "vitest"
import { configKeys } from "./config-table.ts"

test("key, type, default and description come from the schema", () => {
  const schema = Schema.Struct({
    layers: setting(Schema.Array(PositiveInteger), [64, 64], "Widths"),
    tau: setting(UnitInterval, 0.005, "Polyak"),
    mode: setting(Schema.Literals(["a", "b"]), "a", "Mode"),
    target: setting(Schema.Union([Schema.Literal("auto"), NonNegativeNumber]), "auto", "Target"),
    limit: optional(NonNegativeNumber, "Limit"),
    flag: required(Schema.Boolean, "Flag"),
    inner: setting(Schema.Struct({ size: setting(PositiveInteger, 2, "Size") }), {}, "Nested")
  })
  expect(configKeys(schema)).toEqual([
    { key: "layers", type: "[integer > 0, ...]", default: "[64,64]", description: "Widths" },
    { key: "tau", type: "number 0 to 1", default: "0.005", description: "Polyak" },
    { key: "mode", type: '"a" | "b"', default: '"a"', description: "Mode" },
    { key: "target", type: '"auto" | number >= 0', default: '"auto"', description: "Target" },
    { key: "limit", type: "number >= 0", default: null, description: "Limit" },
    { key: "flag", type: "boolean", default: null, description: "Flag" },
    { key: "inner", type: "object", default: null, description: "Nested" },
    { key: "inner.size", type: "integer > 0", default: "2", description: "Size" }
  ])
})
