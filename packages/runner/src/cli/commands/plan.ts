import { defineCommand, jsonOption } from "../command.ts"

export const planCommand = defineCommand({
  command: "plan <file>",
  describe: "Check a study file and show what it would run; runs and writes nothing",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "Study file (YAML)", demandOption: true })
      .option("count", { type: "boolean", describe: "Print the number of trials alone" })
      .option("table", { type: "boolean", describe: "One row per configuration", conflicts: "count" })
      .option("json", jsonOption)
      .example("$0 plan study.yaml", "check the file")
      .example("$0 plan study.yaml --table", "see every configuration"),
  handler: async ({ file, count, table, json }) => {
    const { planStudyFile } = await import("../../study-plan.ts")
    const { planTable, planSummary, planJson } = await import("../plan-report.ts")
    const { print, printJson } = await import("../output.ts")
    const { plan } = await planStudyFile(file)
    if (json) printJson(planJson(plan))
    else if (count === true) print(String(plan.trials.length))
    else if (table === true) print(planTable(plan))
    else print(planSummary(file, plan))
  }
})
