import type { CommandModule } from "yargs"
import { defineCommand, jsonOption } from "../command.ts"

interface DefinitionsArguments {
  readonly name: string | undefined
  readonly json: boolean
}

const listing = (kind: "agent" | "environment", example: string): CommandModule<object, DefinitionsArguments> =>
  defineCommand({
    command: `${kind}s [name]`,
    describe: `List the built-in ${kind}s, or describe one and its configuration`,
    builder: (yargs) =>
      yargs
        .positional("name", { type: "string", describe: `Built-in ${kind}, installed package or ./file` })
        .option("json", jsonOption)
        .example(`$0 ${kind}s`, "what there is")
        .example(`$0 ${kind}s ${example}`, "its configuration"),
    handler: async ({ name, json }) => {
      const { describeDefinition, listDefinitions, definitionJson } = await import("../definition-report.ts")
      const { findDefinition, builtIns } = await import("../../registry.ts")
      const { print, printJson } = await import("../output.ts")
      if (name === undefined) {
        const known = builtIns(kind)
        if (json) printJson(known.map(definitionJson))
        else print(listDefinitions(known))
        return
      }
      const found = await findDefinition(kind, name)
      if (json) printJson(definitionJson(found))
      else print(describeDefinition(found))
    }
  })

export const agentsCommand = listing("agent", "optimal")
export const environmentsCommand = listing("environment", "contract")
