/** The only readers of the clock in this package (lint): numbers of a trial never depend on them. */

/** Seconds on a clock that never goes back; only differences mean something. */
export const monotonicSeconds = (): number => performance.now() / 1000

/** The present moment in ISO 8601, UTC. */
export const wallClockIso = (): string => new Date().toISOString()
