import type { RngStream } from "../random/rng-stream.ts"
import { restoreInto, type SavedState, vector } from "../saved-state.ts"
import type { Transitions } from "../transition.ts"
import { copyRow } from "./copy-row.ts"

export interface ReplayShape {
  /** Transitions kept; the oldest go first. */
  readonly capacity: number
  readonly observationWidth: number
  readonly actionWidth: number
  /** False in environments whose episodes have one step: nothing follows, so nothing of it is kept. */
  readonly hasNext: boolean
}

/** What follows a transition; `continues` is 0 where the episode terminated, else 1. */
interface WhatFollows {
  readonly nextObservations: Float32Array
  readonly continues: Float32Array
}

/** A minibatch in the arrays that a program takes. */
export type ReplayBatch = {
  readonly observations: Float32Array
  readonly actions: Float32Array
  readonly rewards: Float32Array
} & (WhatFollows | { readonly [Name in keyof WhatFollows]?: never })

/** The arrays of a minibatch of `size` rows. */
export const createReplayBatch = (
  { observationWidth, actionWidth, hasNext }: ReplayShape,
  size: number
): ReplayBatch => ({
  observations: new Float32Array(size * observationWidth),
  actions: new Float32Array(size * actionWidth),
  rewards: new Float32Array(size),
  ...(hasNext ? { nextObservations: new Float32Array(size * observationWidth), continues: new Float32Array(size) } : {})
})

/**
 * Experience replay (Lin, 1992): a ring of transitions, sampled uniformly with replacement.
 *
 * Memory grows with what is stored, in doubling steps up to the capacity; adding a transition is O(1).
 */
export class ReplayBuffer {
  readonly shape: ReplayShape
  /** Transitions added so far, those that were overwritten too. */
  added = 0
  private allocated = 0
  private observations = new Float32Array(0)
  private actions = new Float32Array(0)
  private rewards = new Float32Array(0)
  private nextObservations = new Float32Array(0)
  private continues = new Uint8Array(0)

  constructor(shape: ReplayShape) {
    this.shape = shape
  }

  /** Transitions that can be sampled. */
  get size(): number {
    return Math.min(this.added, this.shape.capacity)
  }

  /** Adds the transitions of one round, or those of its rows that `keep` names. */
  add(transitions: Transitions, keep?: (row: number) => boolean): void {
    const { observationWidth, actionWidth, hasNext, capacity } = this.shape
    for (let row = 0; row < transitions.rows; row++) {
      if (keep !== undefined && !keep(row)) continue
      const at = this.added % capacity
      if (at >= this.allocated) this.allocate(Math.min(capacity, Math.max(1024, 2 * this.allocated)))
      copyRow(transitions.observations, row, this.observations, at, observationWidth)
      copyRow(transitions.actions, row, this.actions, at, actionWidth)
      this.rewards[at] = transitions.rewards[row]
      if (hasNext) {
        copyRow(transitions.nextObservations!, row, this.nextObservations, at, observationWidth)
        this.continues[at] = 1 - transitions.terminated[row]
      }
      this.added += 1
    }
  }

  /** Fills `batch` from row `from` on with `count` transitions drawn uniformly, with replacement. */
  sample(batch: ReplayBatch, rngStream: RngStream, from = 0, count = batch.rewards.length): void {
    const { observationWidth, actionWidth } = this.shape
    const { nextObservations } = batch
    const { size } = this
    for (let row = from; row < from + count; row++) {
      const at = rngStream.integer(size)
      copyRow(this.observations, at, batch.observations, row, observationWidth)
      copyRow(this.actions, at, batch.actions, row, actionWidth)
      batch.rewards[row] = this.rewards[at]
      if (nextObservations !== undefined) {
        copyRow(this.nextObservations, at, nextObservations, row, observationWidth)
        batch.continues[row] = this.continues[at]
      }
    }
  }

  save(): SavedState {
    const { size } = this
    const { observationWidth, actionWidth, hasNext } = this.shape
    const matrix = (values: Float32Array, width: number) => ({
      shape: [size, width],
      values: values.slice(0, size * width)
    })
    return {
      tensors: {
        observations: matrix(this.observations, observationWidth),
        actions: matrix(this.actions, actionWidth),
        rewards: vector(this.rewards.slice(0, size)),
        ...(hasNext
          ? {
              nextObservations: matrix(this.nextObservations, observationWidth),
              continues: vector(this.continues.slice(0, size))
            }
          : {})
      },
      counters: { added: this.added }
    }
  }

  restore(saved: SavedState): void {
    this.added = Number(saved.counters.added)
    const { size } = this
    const { observationWidth, actionWidth, hasNext } = this.shape
    this.allocate(size)
    restoreInto(saved, "observations", this.observations.subarray(0, size * observationWidth))
    restoreInto(saved, "actions", this.actions.subarray(0, size * actionWidth))
    restoreInto(saved, "rewards", this.rewards.subarray(0, size))
    if (!hasNext) return
    restoreInto(saved, "nextObservations", this.nextObservations.subarray(0, size * observationWidth))
    restoreInto(saved, "continues", this.continues.subarray(0, size))
  }

  private allocate(rows: number): void {
    const { observationWidth, actionWidth, hasNext } = this.shape
    const grow = (old: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> => {
      const grown = new Float32Array(length)
      grown.set(old.subarray(0, length))
      return grown
    }
    this.observations = grow(this.observations, rows * observationWidth)
    this.actions = grow(this.actions, rows * actionWidth)
    this.rewards = grow(this.rewards, rows)
    if (hasNext) {
      this.nextObservations = grow(this.nextObservations, rows * observationWidth)
      const continues = new Uint8Array(rows)
      continues.set(this.continues.subarray(0, rows))
      this.continues = continues
    }
    this.allocated = rows
  }
}
