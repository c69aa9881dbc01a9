import type { PruningConfig } from "./config.ts"

/** How many of the events are due after `progress` of the budget, 0..events. */
export const eventsDue = ({ start, duration, events }: PruningConfig, progress: number): number => {
  if (progress < start) return 0
  return duration === 0 ? events : Math.min(events, Math.floor(((progress - start) / duration) * events + 1e-9))
}

/**
 * The share of neurons that is gone after `event` of the events (Zhu and Gupta, 2017):
 * rate - rate (1 - event / events)^3, or all of it from the first event on (one-shot).
 */
export const sparsityAt = ({ rate, events, mode }: PruningConfig, event: number): number => {
  if (event <= 0) return 0
  return mode === "one-shot" ? rate : rate - rate * (1 - Math.min(1, event / events)) ** 3
}
