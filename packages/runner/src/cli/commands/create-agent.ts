import { relative } from "node:path"
import process from "node:process"
import { defineCommand, jsonOption } from "../command.ts"

export const createAgentCommand = defineCommand({
  command: "create-agent <name>",
  describe: "Write a package of your own that holds a learning agent, ready to be changed, tested and published",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "Name of the package, as for npm", demandOption: true })
      .option("directory", {
        type: "string",
        describe: "Folder to write it to, new or empty",
        defaultDescription: "the name without its scope",
        requiresArg: true
      })
      .option("json", jsonOption)
      .example("$0 create-agent my-agent", "into the folder my-agent")
      .example("$0 create-agent @lab/twinpact-td3 --directory agents/td3", "with a scope, elsewhere"),
  handler: async ({ name, directory, json }) => {
    const { createAgentPackage } = await import("../../scaffold/agent-package.ts")
    const { print, printJson } = await import("../output.ts")
    const made = createAgentPackage(name, directory)
    const path = relative(process.cwd(), made.directory)
    const enter = path === "" ? [] : [`cd ${/[^\w./-]/.test(path) ? JSON.stringify(path) : path}`]
    const next = [...enter, "npm install", "npm test", "npm run study"]
    if (json) printJson({ ...made, next })
    else {
      const files = made.files.map((file) => `  ${file}`)
      print(
        [`${made.name} is in ${path === "" ? "this folder" : path}:`, ...files, "next:", ...indent(next)].join("\n")
      )
    }
  }
})

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)
