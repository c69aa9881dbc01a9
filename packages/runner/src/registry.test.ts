import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { UsageError } from "./errors.ts"
import { builtIns, findDefinition, ModuleRegistry } from "./registry.ts"

let folder: string
let registry: ModuleRegistry

const DEFINITION = `{ kind: "agent", name: "x", version: "7", summary: "s", trains: false, isDeterministic: true,
  actionSpaces: ["box"], config: { fields: {} }, create() {} }`

const write = (path: string, content: string): void => {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const writePackage = (name: string, manifest: object, files: Readonly<Record<string, string>>): void => {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.2.3", type: "module", ...manifest }))
  for (const [path, content] of Object.entries(files)) write(`node_modules/${name}/${path}`, content)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "twinpact-registry-"))
  writePackage("@lab/good", { exports: "./good.js" }, { "good.js": `export default ${DEFINITION}` })
  writePackage("typed", { exports: "./index.ts" }, { "index.ts": `export default ${DEFINITION}` })
  writePackage(
    "throwing",
    { exports: "./index.js" },
    { "index.js": `throw new RangeError("no licence\\nsecond line")` }
  )
  writePackage("empty", { exports: "./index.js" }, { "index.js": "export const a = 1" })
  writePackage("unbuilt", { exports: "./dist/index.js" }, {})
  writePackage("mainless", { main: "dist/index.js" }, {})
  writePackage("placed", { exports: "./index.js" }, { "index.js": `export default { kind: "environment" }` })
  writePackage("lacking", { exports: "./index.js" }, { "index.js": `import "@lab/not-installed"` })
  const needing = (range: string) => ({ exports: "./index.js", peerDependencies: { "@twinpact/core": range } })
  const works = { "index.js": `export default ${DEFINITION}` }
  writePackage("@lab/later", needing("^99.1.0"), works)
  writePackage("@lab/earlier", needing("<0.0.2"), works)
  writePackage("@lab/anything", needing("*"), works)
  writePackage("@lab/workspace", needing("workspace:*"), works)
  writePackage("@lab/apart", { exports: "./index.js" }, works)
  writePackage("@lab/apart/node_modules/effect", { exports: "./index.js" }, { "index.js": "" })
  writePackage("closed", { exports: { "./inner": "./index.js" } }, { "index.js": "" })
  write("own.mjs", `export default ${DEFINITION}`)
  write("number.mjs", "export default 3")
  write("untyped.mjs", `export default { kind: "agent", name: "x", version: "1", summary: "s" }`)
  write("incomplete.mjs", `export default { kind: "agent", name: "x", summary: "s" }`)
  registry = new ModuleRegistry(folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test("built-in names come first", async () => {
  expect(builtIns("agent").map(({ definition }) => definition.name)).toContain("optimal")
  expect(await registry.environment("contract")).toMatchObject({ kind: "environment", name: "contract" })
  expect(registry.sourceOf("environment", "contract")).toMatchObject({ exported: "environments", name: "contract" })
})

test("a package beside the study file, with its version", async () => {
  expect(await registry.agent("@lab/good")).toMatchObject({ name: "x", version: "7" })
  expect(registry.loaded().get("agent @lab/good")).toMatchObject({ package: { name: "@lab/good", version: "1.2.3" } })
  expect(registry.sourceOf("agent", "@lab/good").url).toMatch(/@lab\/good\/good\.js$/)
})

test.each(["@lab/anything", "@lab/workspace"])("a package that takes any version of twinpact: %s", async (name) => {
  expect(await registry.agent(name)).toMatchObject({ name: "x" })
})

test("a file beside the study file", async () => {
  expect(await registry.agent("./own.mjs")).toMatchObject({ name: "x" })
})

test.each([
  ["optimall", /^no agent "optimall": neither built in nor .*; did you mean "optimal"\?$/],
  ["@lab/none", /^no agent "@lab\/none": neither built in .*; to install it: npm install @lab\/none$/],
  [
    "unbuilt",
    /^package "unbuilt" has no file dist\/index\.js to load: build it \("npm run build" in .*node_modules\/unbuilt\)$/
  ],
  ["mainless", /^package "mainless" has no file index\.js to load: build it/],
  ["placed", /^"placed" \(.*\): the default export is an environment, expected an agent: name it under "environment"/],
  [
    "lacking",
    /^"lacking" cannot be loaded from .*Cannot find package '@lab\/not-installed' .*; run "npm install" in .*lacking/
  ],
  ["@lab/later", /^package "@lab\/later" 1\.2\.3 needs @twinpact\/core \^99\.1\.0, this twinpact has \d.*: install a/],
  ["@lab/earlier", /^package "@lab\/earlier" 1\.2\.3 needs @twinpact\/core <0\.0\.2, this twinpact has/],
  [
    "@lab/apart",
    /^"@lab\/apart" uses another copy of effect \(.*apart\/node_modules\/effect\) than this twinpact \(.*\): use the twin/
  ],
  ["contract", /^"contract" is an environment, expected an agent$/],
  ["Not A Package!", /^no agent "Not A Package!"/],
  ["typed", /^package "typed" offers TypeScript .*publish JavaScript/],
  ["throwing", /^"throwing" cannot be loaded from .*: RangeError: no licence$/],
  ["empty", /^"empty" .*: no default export: expected `export default defineAgent/],
  ["closed", /^package "closed" cannot be resolved from .*exports/i],
  ["./number.mjs", /the default export is not a definition/],
  ["./untyped.mjs", /the definition has no "trains": expected true or false$/],
  ["./incomplete.mjs", /the definition has no "version"/],
  ["./none.mjs", /^there is no file .*none\.mjs$/]
])("%s is refused in one line that says why", async (name, expected) => {
  const result = await registry.agent(name)
  expect("problem" in result && result.problem).toMatch(expected)
  expect("problem" in result && result.problem).not.toContain("\n")
})

test("a name on the command line", async () => {
  await expect(findDefinition("environment", "contrac")).rejects.toThrow(UsageError)
  expect(await findDefinition("agent", "random")).toMatchObject({ definition: { name: "random" } })
})
