/** Base of every error that `@twinpact/core` throws on purpose; `code` is stable and may be matched. */
export abstract class CoreError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** A move, a start or an option that the environment does not accept. */
export class EnvironmentError extends CoreError {
  readonly code = "ENVIRONMENT"
}

/** An agent that cannot play the role it was assigned to. */
export class AgentError extends CoreError {
  readonly code = "AGENT"
}

/** Saved state that does not fit what it should be restored into. */
export class SavedStateError extends CoreError {
  readonly code = "SAVED_STATE"
}

/** A configuration that does not fit its schema; `problems` holds one line each: path, what was expected, what was found. */
export class ConfigurationError extends CoreError {
  readonly code = "CONFIGURATION"
  readonly problems: readonly string[]

  constructor(subject: string, problems: readonly string[]) {
    super(`${subject} is not valid:\n${problems.map((problem) => `  ${problem}`).join("\n")}`)
    this.problems = problems
  }
}

/** A trial whose numbers left the finite range: continuing would only record noise. */
export class DivergenceError extends CoreError {
  readonly code = "DIVERGENCE"
  /** The same seed would end the same way. */
  readonly isRetryable = false
  readonly metric: string
  readonly envSteps: number

  constructor(metric: string, value: number, envSteps: number) {
    super(
      `${metric} is ${value} after ${envSteps} environment steps: expected a finite number; lower the learning rate`
    )
    this.metric = metric
    this.envSteps = envSteps
  }
}
