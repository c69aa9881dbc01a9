/** An error as it crosses a thread and is stored: a thrown object would lose its class, name and fields on the way. */
export interface SerialisedError {
  readonly name: string
  readonly code: string | null
  readonly message: string
  readonly stack: string | null
  readonly cause: SerialisedError | null
  /** False if the error declares that trying again is useless (`isRetryable: false`). */
  readonly isRetryable: boolean
}

const MAXIMUM_DEPTH = 5

/** Accepts whatever was thrown: plug-ins throw strings, too. */
export const serialiseError = (thrown: unknown, depth = 0): SerialisedError => {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === "string" ? thrown : describe(thrown)
    return { name: "Error", code: null, message, stack: null, cause: null, isRetryable: true }
  }
  return {
    name: thrown.name,
    code: "code" in thrown && typeof thrown.code === "string" ? thrown.code : null,
    message: thrown.message,
    stack: thrown.stack ?? null,
    cause: thrown.cause === undefined || depth === MAXIMUM_DEPTH ? null : serialiseError(thrown.cause, depth + 1),
    isRetryable: !("isRetryable" in thrown && thrown.isRetryable === false)
  }
}

const describe = (thrown: unknown): string => {
  try {
    return `thrown: ${JSON.stringify(thrown) ?? String(thrown)}`
  } catch {
    return `thrown: ${typeof thrown}`
  }
}
