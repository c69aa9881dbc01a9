import { defineCommand, jsonOption, studiesOption } from "../command.ts"

export const statusCommand = defineCommand({
  command: "status <study>",
  describe: "How far a study is, who runs it, and what failed",
  builder: (yargs) =>
    yargs
      .positional("study", { type: "string", describe: "Name, study file or folder of a study", demandOption: true })
      .option("studies", studiesOption)
      .option("json", jsonOption)
      .example("$0 status my-study", "also while it runs"),
  handler: async ({ study, studies, json }) => {
    const { findStudy } = await import("../../study-folder.ts")
    const { StudyReader } = await import("../../store/reader.ts")
    const { print, printJson } = await import("../output.ts")
    const { describeStatus } = await import("../status-report.ts")
    const folder = await findStudy(studies, study)
    using reader = new StudyReader(folder.database)
    const status = {
      study: folder.name,
      folder: folder.path,
      holder: reader.holder(),
      trials: reader.counts(),
      formerTrials: reader.formerTrials(),
      failures: reader.failures(),
      contradictions: reader.contradictions()
    }
    if (json) printJson(status)
    else print(describeStatus(status))
  }
})
