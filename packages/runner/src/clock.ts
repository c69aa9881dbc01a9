/** The only reader of the clock in this package (lint): results of a trial never depend on it. */
import { monotonicFactory } from "ulid"

/** Seconds on a clock that never goes back; only differences mean something. */
export const monotonicSeconds = (): number => performance.now() / 1000

/** Milliseconds since 1970, UTC; two machines may disagree. */
export const wallClockMs = (): number => Date.now()

/** The present moment in ISO 8601, UTC. */
export const wallClockIso = (): string => new Date().toISOString()

/** A new identifier (ULID) of an attempt or a process: sortable by time of creation. */
export const newIdentifier: () => string = monotonicFactory()
