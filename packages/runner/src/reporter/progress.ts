import { monotonicSeconds } from "../clock.ts"
import type { TrialState } from "../coordination/trial-state.ts"

/** Counts what is over and estimates what is left. */
export class Progress {
  total = 0
  over = 0
  failed = 0
  private begin = 0
  private overAtBegin = 0

  start(total: number, over: number): void {
    this.total = total
    this.over = over
    this.overAtBegin = over
    this.begin = monotonicSeconds()
  }

  count(state: TrialState): void {
    if (state === "complete" || state === "stopped" || state === "failed") this.over += 1
    if (state === "failed") this.failed += 1
  }

  /** `40 of 100 trials, 2 failed (12.5/s, about 5 s left)`. */
  line(): string {
    const pace = this.pace()
    return `${this.over} of ${this.total} trials${this.failed > 0 ? `, ${this.failed} failed` : ""}${pace === "" ? "" : ` (${pace})`}`
  }

  /** Empty before the first trial is over and after the last. */
  pace(): string {
    const gained = this.over - this.overAtBegin
    const seconds = monotonicSeconds() - this.begin
    if (gained === 0 || seconds <= 0) return ""
    const perSecond = gained / seconds
    const speed = perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`
    return this.over === this.total ? speed : `${speed}, about ${duration((this.total - this.over) / perSecond)} left`
  }
}

const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
