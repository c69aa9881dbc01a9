import { expect, test } from "vitest"
import * as errors from "./errors.ts"

test("every error bears the name of its class and a stable code", () => {
  const holder = { id: "x", pid: 1, host: "h", since: 0 }
  const made = [
    new errors.UsageError("m"),
    new errors.StudyFileError(["a", "b"]),
    new errors.StudyHeldError("s", holder),
    new errors.LeaseLostError("s", null),
    new errors.StoreError("full", "f", "m"),
    new errors.WorkerCrashedError("m"),
    new errors.HostLostError("m"),
    new errors.SavedFileError("f", "p", "r")
  ]
  for (const error of made) {
    expect(error).toBeInstanceOf(errors.RunnerError)
    expect(error.name).toBe(error.constructor.name)
    expect(error.code).toMatch(/^[A-Z_]+$/)
  }
  expect(new Set(made.map(({ name }) => name)).size).toBe(Object.keys(errors).length - 1)
  expect(made.map(({ exitCode }) => exitCode)).toEqual([2, 2, 3, 1, 1, 1, 1, 1])
})
