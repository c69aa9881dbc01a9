import process from "node:process"
import { defineCommand, jsonOption, studiesOption } from "../command.ts"

export const doctorCommand = defineCommand({
  command: "doctor",
  describe: "Check this machine: what is missing and how to fix it",
  builder: (yargs) =>
    yargs.option("studies", studiesOption).option("json", jsonOption).example("$0 doctor", "before the first study"),
  handler: async ({ studies, json }) => {
    const { examine } = await import("../../doctor.ts")
    const { print, printJson } = await import("../output.ts")
    const { renderTable } = await import("../table.ts")
    const findings = examine(studies)
    if (json) printJson(findings)
    else {
      const rows = findings.map(({ subject, isFine, found, fix }) => [
        isFine ? "ok" : "problem",
        subject,
        found,
        isFine ? "" : fix
      ])
      print(renderTable(["", "subject", "found", "fix"], rows, { leftColumns: 4 }))
    }
    if (findings.some(({ isFine }) => !isFine)) process.exitCode = 1
  }
})
