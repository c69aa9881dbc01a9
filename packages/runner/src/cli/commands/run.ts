import { availableParallelism } from "node:os"
import process from "node:process"
import {
  defineCommand,
  jsonOption,
  metricsOption,
  positiveInteger,
  studiesOption,
  survivorsOption
} from "../command.ts"

export const runCommand = defineCommand({
  command: "run <file>",
  describe: "Run what is missing of a study; also resumes after Ctrl-C or a crash",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", describe: "Study file (YAML)", demandOption: true })
      .option("studies", studiesOption)
      .option("workers", {
        alias: "w",
        type: "number",
        default: availableParallelism(),
        defaultDescription: "number of cores",
        describe: "Threads that run trials",
        requiresArg: true,
        coerce: positiveInteger("workers")
      })
      .option("retry-failed", { type: "boolean", default: false, describe: "Try failed trials again" })
      .option("force", { type: "boolean", default: false, describe: "Repeat all trials, also the complete ones" })
      .option("metrics", metricsOption)
      .option("survivors", survivorsOption)
      .option("json", jsonOption)
      .example("$0 run study.yaml", "run the study, or finish it")
      .example("$0 run study.yaml --workers 4", "with four threads")
      .epilogue(
        "Exit code: 0 all trials are complete, 1 some failed or the run could not go on, 2 the study file is wrong,\n" +
          "3 another run holds the study, 130 interrupted (run the same command to go on)."
      ),
  handler: async ({ file, studies, workers, retryFailed, force, metrics, survivors, json }) => {
    const { planStudyFile } = await import("../../study-plan.ts")
    const planned = await planStudyFile(file)
    const { note } = await import("../output.ts")
    const { describeShortages } = await import("../../host/shortages.ts")
    for (const shortage of describeShortages(planned.plan.study.resources, workers)) note(shortage)
    const { Interruption } = await import("../interruption.ts")
    using interruption = new Interruption()
    const { Effect } = await import("effect")
    const { runStudy } = await import("../../run-study.ts")
    const { chooseReporter } = await import("../choose-reporter.ts")
    const summary = await Effect.runPromise(
      runStudy({
        planned,
        studies,
        workers,
        reopen: force ? "all" : retryFailed ? "failed" : "none",
        signal: interruption.signal,
        command: ["twinpact", ...process.argv.slice(2)].join(" ")
      }).pipe(Effect.provide(await chooseReporter()))
    )
    const { reportRun } = await import("../run-report.ts")
    process.exitCode = reportRun(summary, {
      file,
      studies,
      metrics,
      survivors,
      json,
      isInterrupted: interruption.signal.aborted
    })
  }
})
