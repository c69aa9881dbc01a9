import { defineCommand, studiesOption } from "../command.ts"

export const retryCommand = defineCommand({
  command: "retry <study>",
  describe: "Put failed trials back; the next run tries them again",
  builder: (yargs) =>
    yargs
      .positional("study", { type: "string", describe: "Name, study file or folder of a study", demandOption: true })
      .option("studies", studiesOption)
      .example("$0 retry my-study && $0 run my-study.yaml", "after the cause is fixed"),
  handler: async ({ study, studies }) => {
    const { findStudy } = await import("../../study-folder.ts")
    const { StudyReader } = await import("../../store/reader.ts")
    const { reopenFailed } = await import("../../store/reopen.ts")
    const { print } = await import("../output.ts")
    const folder = await findStudy(studies, study)
    new StudyReader(folder.database).close() // refuses a study that was never run
    const trials = reopenFailed(folder.name, folder.database)
    print(`${trials} ${trials === 1 ? "trial waits" : "trials wait"} again; run the study to try them`)
  }
})
