import process from "node:process"
import yargs from "yargs"
import { UsageError } from "../errors.ts"
import { packageVersion } from "../package-version.ts"
import { agentsCommand, environmentsCommand } from "./commands/definitions.ts"
import { doctorCommand } from "./commands/doctor.ts"
import { planCommand } from "./commands/plan.ts"
import { resultsCommand } from "./commands/results.ts"
import { retryCommand } from "./commands/retry.ts"
import { runCommand } from "./commands/run.ts"
import { statusCommand } from "./commands/status.ts"

/** Parses the arguments and carries out the command; rejects with what went wrong. */
export const runProgram = async (args: readonly string[]): Promise<void> => {
  const program = yargs([...args])
    .scriptName("twinpact")
    .locale("en")
    .usage("$0 <command>\n\nRuns experiments with learning agents from one study file.")
    .command(runCommand)
    .command(planCommand)
    .command(statusCommand)
    .command(resultsCommand)
    .command(retryCommand)
    .command(agentsCommand)
    .command(environmentsCommand)
    .command(doctorCommand)
    .example("$0 plan study.yaml", "check a study file")
    .example("$0 run study.yaml", "run it, or finish it")
    .example("$0 results my-study", "see its numbers")
    .parserConfiguration({ "duplicate-arguments-array": false, "populate--": false })
    .strict()
    .recommendCommands()
    .demandCommand(1, "")
    .version(packageVersion)
    .help()
    .alias("help", "h")
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  if (args.length === 0) {
    program.showHelp("log")
    return
  }
  await program.parseAsync()
}
