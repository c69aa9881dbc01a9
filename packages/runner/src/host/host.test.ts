import { expect, test } from "vitest"
import { slotsOf } from "./host.ts"

test("a trial takes as many slots as it takes cores, and one that asks for too many still runs", () => {
  expect(slotsOf(8, 1)).toBe(8)
  expect(slotsOf(8, 3)).toBe(2)
  expect(slotsOf(2, 4)).toBe(1)
  expect(slotsOf(4, 0.25)).toBe(4)
})
