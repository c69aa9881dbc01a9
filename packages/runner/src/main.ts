#!/usr/bin/env node
import process from "node:process"
import { tolerateClosedPipes } from "./cli/output.ts"
import { runProgram } from "./cli/program.ts"
import { reportError } from "./cli/report-error.ts"

tolerateClosedPipes()
try {
  await runProgram(process.argv.slice(2))
} catch (error) {
  process.exitCode = reportError(error)
}
