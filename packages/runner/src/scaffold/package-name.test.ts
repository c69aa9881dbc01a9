import { expect, test } from "vitest"
import { faultOfPackageName } from "./package-name.ts"

test.each(["td3", "my-agent", "@lab/twinpact-td3", "a.b_c", "3d"])("%s can be published", (name) => {
  expect(faultOfPackageName(name)).toBeNull()
})

test.each([
  ["", /^expected a name for npm/],
  ["Td3", /lower-case/],
  ["my agent", /lower-case/],
  ["../agent", /lower-case/],
  ["@lab", /such as my-agent or @lab\/my-agent/],
  ["@lab/", /such as/],
  ["@lab/a/b", /such as/],
  [".hidden", /a letter or digit first/],
  ["-agent", /a letter or digit first/],
  ["fs", /module of Node/],
  ["node_modules", /keeps this name/],
  ["a".repeat(215), /at most 214 characters, found 215/]
])("%j cannot", (name, fault) => {
  expect(faultOfPackageName(name)).toMatch(fault)
})
