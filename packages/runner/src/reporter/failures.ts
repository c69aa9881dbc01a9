import type { SerialisedError } from "../pool/serialised-error.ts"
import { groupOf } from "../store/error-groups.ts"

/** Lets the first of each group of failures through, with its stack trace; the rest is only counted. */
export class FailureLog {
  private readonly seen = new Set<string>()

  /** The text to show, or null if this failure is one of a known group. */
  describe(trialId: string, error: SerialisedError): string | null {
    const group = groupOf(error)
    if (this.seen.has(group)) return null
    this.seen.add(group)
    return `trial ${trialId} failed: ${traceOf(error)}\n  (further failures of this kind are only counted)`
  }
}

/** Name, message, stack and causes, as Node would print them. */
const traceOf = ({ name, message, stack, cause }: SerialisedError): string => {
  const own = stack ?? `${name}: ${message}`
  return cause === null ? own : `${own}\n  caused by ${traceOf(cause)}`
}
