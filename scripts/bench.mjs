// npm run bench -- <name> [--json <file>] [--check]
//
// Runs packages/*/bench/<name>.bench.ts; without a name it lists what there is.
import { spawnSync } from "node:child_process"
import { globSync } from "node:fs"
import { basename, join } from "node:path"
import process from "node:process"

const root = join(import.meta.dirname, "..")
const files = globSync("packages/*/bench/*.bench.ts", { cwd: root }).sort()
const nameOf = (file) => basename(file, ".bench.ts")
const [name, ...args] = process.argv.slice(2)
const file = files.find((candidate) => nameOf(candidate) === name)
if (file === undefined) {
  const known = files.map((candidate) => `  ${nameOf(candidate)}`).join("\n")
  if (name !== undefined) console.error(`bench: there is no benchmark "${name}"`)
  console.error(`usage: npm run bench -- <name> [--json <file>] [--check]\nbenchmarks:\n${known}`)
  process.exit(name === undefined || name === "--help" ? 0 : 2)
}
const { status, signal } = spawnSync(process.execPath, ["--expose-gc", join(root, file), ...args], { stdio: "inherit" })
process.exit(status ?? (signal === "SIGINT" ? 130 : 1))
