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
    const { describeEngines } = await import("@twinpact/tensor")
    const findings = examine(studies)
    const engines = describeEngines()
    if (json) printJson({ findings, engines })
    else {
      const rows = findings.map(({ subject, isFine, found, fix }) => [
        isFine ? "ok" : "problem",
        subject,
        found,
        isFine ? "" : fix
      ])
      print(renderTable(["", "subject", "found", "fix"], rows, { leftColumns: 4 }))
      print("")
      const engineRows = engines.map(({ engine, device, available, reason, remedy }) => [
        available ? "ok" : "not here",
        engine,
        device,
        reason,
        remedy ?? ""
      ])
      print(renderTable(["", "engine", "device", "found", "what makes it available"], engineRows, { leftColumns: 5 }))
    }
    if (findings.some(({ isFine }) => !isFine)) process.exitCode = 1
  }
})
