import process from "node:process"
import yargs from "yargs"
import { UsageError } from "../errors.ts"
import { packageVersion } from "../package-version.ts"
import { createAgentCommand } from "./commands/create-agent.ts"
import { agentsCommand, environmentsCommand } from "./commands/definitions.ts"
import { doctorCommand } from "./commands/doctor.ts"
import { exportCommand } from "./commands/export.ts"
import { installCommand } from "./commands/install.ts"
import { planCommand } from "./commands/plan.ts"
import { resultsCommand } from "./commands/results.ts"
import { retryCommand } from "./commands/retry.ts"
import { runCommand } from "./commands/run.ts"
import { statusCommand } from "./commands/status.ts"

const COMMANDS = [
  "run",
  "plan",
  "status",
  "results",
  "retry",
  "agents",
  "environments",
  "create-agent",
  "export",
  "doctor",
  "install"
]

/** Parses the arguments and carries out the command; rejects with what went wrong. */
export const runProgram = async (args: readonly string[]): Promise<void> => {
  const program = yargs([...args])
  const knownFlags = () => Object.keys((program as unknown as Internals).getOptions().key)
  program
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
    .command(createAgentCommand)
    .command(exportCommand)
    .command(doctorCommand)
    .command(installCommand)
    .example("$0 plan study.yaml", "check a study file")
    .example("$0 run study.yaml", "run it, or finish it")
    .example("$0 results my-study", "see its numbers")
    .parserConfiguration({ "duplicate-arguments-array": false, "populate--": false })
    .strict()
    .demandCommand(1, "expected a command")
    .version(packageVersion)
    .help()
    .alias("help", "h")
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Misunderstanding(message, args, knownFlags())
    })
  if (args.length === 0) {
    program.showHelp("log")
    return
  }
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof Misunderstanding) throw new UsageError(await error.explain())
    // What a coercion throws arrives as yargs' own error, with our message.
    throw error instanceof Error && error.name === "YError" ? new UsageError(error.message, { cause: error }) : error
  }
}

/** Part of yargs that its types leave out: the flags of the command that was being parsed. */
interface Internals {
  getOptions(): { readonly key: Readonly<Record<string, boolean>> }
}

/** What yargs did not understand, with what it would have. */
class Misunderstanding extends Error {
  private readonly args: readonly string[]
  private readonly flags: readonly string[]

  constructor(message: string, args: readonly string[], flags: readonly string[]) {
    super(message)
    this.args = args
    this.flags = flags.filter((name) => name.length > 1).map((name) => `--${name}`)
  }

  async explain(): Promise<string> {
    const [command = ""] = this.args
    if (this.message.startsWith("Not enough non-option arguments")) return `something is missing after "${command}"`
    const found = /^Unknown (?:argument|command)s?: ([^\s,]+)/.exec(this.message)?.[1]
    if (found === undefined) return this.message
    const { suggestion } = await import("@twinpact/core") // loaded late: a command that is typed rightly needs no advice
    if (!COMMANDS.includes(command)) return `no command "${found}"${suggestion(found, COMMANDS)}`
    const flag = this.args.find((argument) => argument.replace(/^-+/, "").split("=")[0] === found) ?? found
    return flag.startsWith("--")
      ? `no option "--${found}"${suggestion(`--${found}`, this.flags)}`
      : `"${flag}" is one argument too many`
  }
}
