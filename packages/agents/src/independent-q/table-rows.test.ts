import { AgentError, boxSpace, discreteSpace, type Role } from "@twinpact/core"
import { expect, test } from "vitest"
import { tableRows } from "./table-rows.ts"

const role: Role = {
  name: "chooser",
  agentCount: 3,
  observation: boxSpace([["class", 0, 1]]),
  action: discreteSpace(["no", "yes"]),
  discreteKey: { count: 2, of: (observations, offset) => observations[offset] }
}

/** Six rows: two instances with three players each. */
const classes = Float32Array.of(0, 1, 1, 1, 0, 1)

test.each([
  ["per-type", 2, [0, 1, 1, 1, 0, 1]],
  ["own", 6, [0, 3, 5, 1, 2, 5]],
  ["shared", 1, [0, 0, 0, 0, 0, 0]]
] as const)("%s: %i rows", (parameters, count, expected) => {
  const rows = tableRows(parameters, role)
  expect(rows.count).toBe(count)
  expect([...classes].map((_, row) => rows.of(row, classes, row))).toEqual(expected)
})

test("only a shared table does without classes", () => {
  const { discreteKey: _, ...blind } = role
  expect(tableRows("shared", blind).count).toBe(1)
  expect(() => tableRows("own", blind)).toThrow(AgentError)
})
