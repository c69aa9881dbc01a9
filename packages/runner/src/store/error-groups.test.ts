import { expect, test } from "vitest"
import { groupOf } from "./error-groups.ts"

const error = { name: "DivergenceError", code: "DIVERGENCE", cause: null, isRetryable: true }
const stack = "DivergenceError: reward is NaN after 8 steps\n    at update (a.ts:1:2)"

test("the same mistake at other numbers is the same group, another place or text is not", () => {
  const first = groupOf({ ...error, message: "reward is NaN after 8 steps", stack })
  expect(groupOf({ ...error, message: "reward is NaN after 1.6e+3 steps", stack: stack.replace("8", "16") })).toBe(
    first
  )
  expect(groupOf({ ...error, message: "reward is NaN after 8 steps", stack: stack.replace("a.ts", "b.ts") })).not.toBe(
    first
  )
  expect(groupOf({ ...error, message: "loss is NaN after 8 steps", stack })).not.toBe(first)
})
