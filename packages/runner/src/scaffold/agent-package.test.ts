import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { satisfies } from "semver"
import { beforeEach, describe, expect, onTestFinished, test } from "vitest"
import repository from "../../../../package.json" with { type: "json" }
import { UsageError } from "../errors.ts"
import { packageVersion } from "../package-version.ts"
import { createAgentPackage } from "./agent-package.ts"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "twinpact-create-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), "utf8")

describe("createAgentPackage", () => {
  test("writes every file of the template with the name in it", () => {
    const target = join(folder, "deep/er")
    const made = createAgentPackage("@lab/my_agent.x", target)
    expect(made).toMatchObject({ name: "@lab/my_agent.x", directory: target })
    expect(made.files).toEqual(made.files.toSorted())
    expect(made.files).toContain(".gitignore")
    for (const file of made.files) expect(read("deep/er", file), file).not.toMatch(/__[A-Z_]+__|undefined/)
    const manifest = JSON.parse(read("deep/er/package.json"))
    expect(manifest).toMatchObject({
      name: "@lab/my_agent.x",
      peerDependencies: { "@twinpact/core": `^${packageVersion}`, "@twinpact/tensor": `^${packageVersion}` }
    })
    expect(read("deep/er/study.yaml")).toMatch(/^name: my-agent-x\n[\s\S]*^agent: "@lab\/my_agent\.x"$/m)
    expect(read("deep/er/src/definition.ts")).toContain('name: "@lab/my_agent.x"')
  })

  test("asks for tools that the templates are tested with", () => {
    createAgentPackage("mine", folder)
    const { devDependencies } = JSON.parse(read("package.json"))
    for (const tool of ["typescript", "vitest"] as const) {
      expect(satisfies(repository.devDependencies[tool], devDependencies[tool]), tool).toBe(true)
    }
  })

  test("fills a folder that holds nothing but a git repository", () => {
    mkdirSync(join(folder, ".git"))
    expect(createAgentPackage("mine", folder).files).toContain("package.json")
  })

  test("overwrites nothing", () => {
    writeFileSync(join(folder, "package.json"), "mine")
    expect(() => createAgentPackage("mine", folder)).toThrow(/is not empty \(package\.json\): choose another folder/)
    expect(readdirSync(folder)).toEqual(["package.json"])
    expect(read("package.json")).toBe("mine")
  })

  test("says where a path is a file", () => {
    writeFileSync(join(folder, "file"), "")
    for (const path of ["file", "file/inside"]) {
      expect(() => createAgentPackage("mine", join(folder, path))).toThrow(/this path, or a part of it, is a file/)
    }
  })

  test.each([
    ["My Agent", /^"My Agent": expected a name for npm/],
    ["random", /an agent of this name is built in/],
    ["contract", /an environment of this name is built in/],
    ["@twinpact/core", /the new package depends on a package of this name/]
  ])("refuses the name %j and writes nothing", (name, expected) => {
    const create = () => createAgentPackage(name, join(folder, "new"))
    expect(create).toThrow(UsageError)
    expect(create).toThrow(expected)
    expect(readdirSync(folder)).toEqual([])
  })
})
