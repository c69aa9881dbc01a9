import process from "node:process"
import { defineCommand, jsonOption, studiesOption } from "../command.ts"

export const exportCommand = defineCommand({
  command: "export <what> <trial>",
  describe: "Take something of a trial out of its study: its policy as an .onnx file",
  builder: (yargs) =>
    yargs
      .positional("what", { choices: ["policy"] as const, describe: "What to export", demandOption: true })
      .positional("trial", { type: "string", describe: "Id of a complete trial, or its beginning", demandOption: true })
      .option("study", {
        type: "string",
        describe: "Study of the trial; left out: all are searched",
        requiresArg: true
      })
      .option("studies", studiesOption)
      .option("role", { type: "string", describe: "Role of the policy, where several have one", requiresArg: true })
      .option("deterministic", { type: "boolean", default: false, describe: "Bake all noise to zero" })
      .option("output", {
        alias: "o",
        type: "string",
        default: ".",
        describe: "Folder for the .onnx file and its card",
        requiresArg: true
      })
      .option("json", jsonOption)
      .example("$0 export policy 3f2a", "the policy of the trial whose id begins with 3f2a")
      .example("$0 export policy 3f2a --deterministic -o edge", "without noise, into the folder edge"),
  handler: async ({ trial, study, studies, role, deterministic, output, json }) => {
    const { findTrial } = await import("../../policy/find-trial.ts")
    const { exportTrialPolicy } = await import("../../policy/export-policy.ts")
    const found = await findTrial(studies, trial, study)
    const exported = await exportTrialPolicy(found, { role, deterministic, output })
    if (json) {
      process.stdout.write(`${JSON.stringify(exported)}\n`)
      return
    }
    const { onnx, card, score } = exported
    const judged = score === null ? "" : `; score ${score.toFixed(4)} on the trial's evaluation set`
    process.stdout.write(`policy   ${onnx}${judged}\ncard     ${card}\n`)
  }
})
