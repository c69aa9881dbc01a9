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

/** Names trials that were repeated on one platform with another result; empty if there are none. */
export const describeContradictions = (trials: readonly string[]): readonly string[] => {
  if (trials.length === 0) return []
  const shown = trials.slice(0, 5).join(", ") + (trials.length > 5 ? ", ..." : "")
  return [
    `determinism error: ${trials.length} ${trials.length === 1 ? "trial" : "trials"} gave other results when repeated ` +
      `on the same platform (${shown}): an agent or an environment draws randomness from outside the trial's streams`
  ]
}
