// node scripts/agent-docs.mjs [--check]
//
// Writes the configuration tables of docs/agents/*.md from the agents' schemas, between their two comments; with --check
// it changes nothing and fails where a page is out of date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { configKeys } from "../packages/runner/src/config-table.ts"
import { builtIns } from "../packages/runner/src/registry.ts"

const folder = join(import.meta.dirname, "../docs/agents")
const cell = (text) => text.replaceAll("|", "\\|")
const tableOf = (config) =>
  [
    "| key | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...configKeys(config).map(
      ({ key, type, default: value, description }) =>
        `| \`${key}\` | ${cell(type)} | ${value === null ? "" : `\`${cell(value)}\``} | ${cell(description)} |`
    )
  ].join("\n")

let stale = 0
for (const file of readdirSync(folder).filter((name) => name.endsWith(".md"))) {
  const path = join(folder, file)
  const before = readFileSync(path, "utf8")
  const after = before.replaceAll(
    /(<!-- configuration of (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin, name, end) => {
      const found = builtIns("agent").find(({ definition }) => definition.name === name)
      if (found === undefined) throw new Error(`${file}: there is no agent "${name}"`)
      return `${begin}\n${tableOf(found.definition.config)}\n\n${end}`
    }
  )
  if (after === before) continue
  stale += 1
  if (process.argv.includes("--check")) console.error(`docs/agents/${file} is out of date: node scripts/agent-docs.mjs`)
  else writeFileSync(path, after)
}
process.exitCode = process.argv.includes("--check") && stale > 0 ? 1 : 0
