import type { FailureGroup } from "../store/reader.ts"

/** Each kind of failure in one line: for a reader who has seen the stack traces. */
export const summariseFailures = (groups: readonly FailureGroup[]): string =>
  groups.map(({ name, message, trials }) => `${trials} failed: ${name}: ${message.split("\n")[0]}`).join("\n")

/** Each kind of failure once, with its first stack trace. */
export const describeFailures = (groups: readonly FailureGroup[]): string =>
  groups
    .map(({ name, message, stack, trials, example }) => {
      const trace = indent(stack ?? `${name}: ${message}`)
      return `${trials} ${trials === 1 ? "trial" : "trials"} failed like trial ${example}:\n${trace}`
    })
    .join("\n")

const indent = (text: string): string =>
  text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n")
