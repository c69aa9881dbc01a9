import { DivergenceError } from "@twinpact/core"
import { expect, test } from "vitest"
import { serialiseError } from "./serialised-error.ts"

test("keeps class name, code, stack and causes", () => {
  const error = new Error("outer", { cause: new DivergenceError("loss", Number.NaN, 8) })
  expect(serialiseError(error)).toMatchObject({
    name: "Error",
    code: null,
    message: "outer",
    stack: error.stack,
    isRetryable: true,
    cause: { name: "DivergenceError", code: "DIVERGENCE", cause: null }
  })
})

test("accepts whatever was thrown", () => {
  expect(serialiseError("a text")).toMatchObject({ name: "Error", message: "a text", stack: null })
  expect(serialiseError({ a: 1 }).message).toBe('thrown: {"a":1}')
  expect(serialiseError(undefined).message).toBe("thrown: undefined")
  const endless: { self?: unknown } = {}
  endless.self = endless
  expect(serialiseError(endless).message).toBe("thrown: object")
})

test("an error that causes itself ends, and one may declare that trying again is useless", () => {
  const error: Error & { isRetryable?: boolean } = new Error("loop")
  error.cause = error
  error.isRetryable = false
  const serialised = serialiseError(error)
  expect(serialised.isRetryable).toBe(false)
  expect(JSON.stringify(serialised).match(/loop/g)!.length).toBeLessThan(20)
})
