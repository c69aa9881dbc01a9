import type { Measurement } from "@twinpact/core"
import { monotonicSeconds } from "../clock.ts"

const MAXIMUM_AGE_SECONDS = 1
const MAXIMUM_POINTS = 500

/** Collects a trial's measurements into batches that are at most a second old or 500 points long. */
export class PointBatches {
  private readonly send: (from: number, measurements: readonly Measurement[]) => void
  private waiting: Measurement[] = []
  private oldest = 0
  private sentPoints = 0
  private sentBatches = 0

  constructor(send: (from: number, measurements: readonly Measurement[]) => void) {
    this.send = send
  }

  add(measurement: Measurement): void {
    if (this.waiting.length === 0) this.oldest = monotonicSeconds()
    this.waiting.push(measurement)
    this.sendIfDue()
  }

  /** Called between rounds, too: a busy thread runs no timer. */
  sendIfDue(): void {
    const { length } = this.waiting
    if (length === 0) return
    if (length < MAXIMUM_POINTS && monotonicSeconds() - this.oldest < MAXIMUM_AGE_SECONDS) return
    this.send(this.sentPoints, this.waiting)
    this.sentPoints += length
    this.sentBatches += 1
    this.waiting = []
  }

  /** What was not sent, and how much was. */
  rest(): { readonly from: number; readonly measurements: readonly Measurement[]; readonly batches: number } {
    return { from: this.sentPoints, measurements: this.waiting, batches: this.sentBatches }
  }
}
