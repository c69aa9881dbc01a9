import { existsSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { defineCommand } from "../command.ts"

const SCRIPT = join(import.meta.dirname, "../../../../../scripts/install-tensorflow.mjs")

export const installCommand = defineCommand({
  command: "install <engine>",
  describe: "Install an optional engine (tensorflow) into the repository's .toolchain folder",
  builder: (yargs) =>
    yargs
      .positional("engine", { describe: "The engine", choices: ["tensorflow"] as const, demandOption: true })
      .option("gpu", { type: "boolean", default: false, describe: "With CUDA: some 3 GB to download" })
      .option("into", { type: "string", describe: "Another folder; TWINPACT_TENSORFLOW_DIR must then name it" })
      .example("$0 install tensorflow", "the CPU library")
      .example("$0 install tensorflow --gpu", "on a GPU host"),
  handler: async ({ gpu, into }) => {
    const { spawnSync } = await import("node:child_process")
    const { UsageError } = await import("../../errors.ts")
    if (!existsSync(SCRIPT)) {
      const name = gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node"
      throw new UsageError(`this command works from a clone of the repository; elsewhere run "npm install ${name}"`)
    }
    const args = [...(gpu ? ["--gpu"] : []), ...(into === undefined ? [] : ["--into", into])]
    const { status } = spawnSync(process.execPath, [SCRIPT, ...args], { stdio: "inherit" })
    process.exitCode = status ?? 1
  }
})
