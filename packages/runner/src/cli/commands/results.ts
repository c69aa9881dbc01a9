import { defineCommand, jsonOption, metricsOption, studiesOption, survivorsOption } from "../command.ts"

export const resultsCommand = defineCommand({
  command: "results <study>",
  describe: "Means over seeds with 95% intervals, one row per configuration",
  builder: (yargs) =>
    yargs
      .positional("study", { type: "string", describe: "Name, study file or folder of a study", demandOption: true })
      .option("studies", studiesOption)
      .option("metrics", metricsOption)
      .option("survivors", survivorsOption)
      .option("trials", {
        type: "boolean",
        default: false,
        describe: "One row per trial, with its id, instead of means"
      })
      .option("json", { type: "boolean", describe: jsonOption.describe, conflicts: "csv" })
      .option("csv", { type: "boolean", describe: "Print CSV for spreadsheets" })
      .example("$0 results my-study", "the table")
      .example("$0 results my-study --metrics score,deviceUtility", "two metrics")
      .example("$0 results my-study --trials", "every trial with its id")
      .example("$0 results my-study --csv > results.csv", "for a spreadsheet"),
  handler: async ({ study, studies, metrics, survivors, trials, json, csv }) => {
    const { findStudy } = await import("../../study-folder.ts")
    const { StudyReader } = await import("../../store/reader.ts")
    const { printResults, printTrials } = await import("../results-report.ts")
    const folder = await findStudy(studies, study)
    using reader = new StudyReader(folder.database)
    const options = { study: folder.name, metrics, survivors, json: json === true, csv: csv === true }
    if (trials) printTrials(reader, options)
    else printResults(reader, options)
  }
})
