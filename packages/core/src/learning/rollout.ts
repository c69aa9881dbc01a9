import { restoreInto, type SavedState } from "../saved-state.ts"
import type { Transitions } from "../transition.ts"

export interface RolloutShape {
  /** Rounds collected before an update. */
  readonly steps: number
  /** Rows of one round. */
  readonly rows: number
  readonly observationWidth: number
  readonly actionWidth: number
  readonly hasNext: boolean
}

/** Consecutive rounds of on-policy experience, `[steps, rows, ...]`; used once and thrown away. */
export class Rollout {
  readonly shape: RolloutShape
  /** Rounds collected so far. */
  steps = 0
  readonly observations: Float32Array
  readonly actions: Float32Array
  readonly rewards: Float32Array
  readonly nextObservations: Float32Array
  readonly terminated: Uint8Array
  readonly ended: Uint8Array

  constructor(shape: RolloutShape) {
    const { steps, rows, observationWidth, actionWidth, hasNext } = shape
    const size = steps * rows
    this.shape = shape
    this.observations = new Float32Array(size * observationWidth)
    this.actions = new Float32Array(size * actionWidth)
    this.rewards = new Float32Array(size)
    this.nextObservations = new Float32Array(hasNext ? size * observationWidth : 0)
    this.terminated = new Uint8Array(size)
    this.ended = new Uint8Array(size)
  }

  get isFull(): boolean {
    return this.steps === this.shape.steps
  }

  /** Adds a round; `actions` are those that the policy drew, which may differ from those that were played. */
  add(transitions: Transitions, actions: Float32Array): void {
    const { rows, observationWidth, actionWidth, hasNext } = this.shape
    const at = this.steps * rows
    this.observations.set(transitions.observations, at * observationWidth)
    this.actions.set(actions, at * actionWidth)
    this.rewards.set(transitions.rewards, at)
    if (hasNext) this.nextObservations.set(transitions.nextObservations!, at * observationWidth)
    this.terminated.set(transitions.terminated, at)
    for (let row = 0; row < rows; row++) {
      this.ended[at + row] = transitions.terminated[row] | transitions.truncated[row]
    }
    this.steps += 1
  }

  clear(): void {
    this.steps = 0
  }

  save(): SavedState {
    const { steps, shape } = this
    const part = (values: Float32Array, width: number) => ({
      shape: [steps * shape.rows, width],
      values: values.slice(0, steps * shape.rows * width)
    })
    const flags = (values: Uint8Array) => ({
      shape: [steps * shape.rows],
      values: values.slice(0, steps * shape.rows)
    })
    return {
      tensors: {
        observations: part(this.observations, shape.observationWidth),
        actions: part(this.actions, shape.actionWidth),
        rewards: part(this.rewards, 1),
        ...(shape.hasNext ? { nextObservations: part(this.nextObservations, shape.observationWidth) } : {}),
        terminated: flags(this.terminated),
        ended: flags(this.ended)
      },
      counters: { steps }
    }
  }

  restore(saved: SavedState): void {
    this.steps = Number(saved.counters.steps)
    const { rows, observationWidth, actionWidth, hasNext } = this.shape
    const size = this.steps * rows
    restoreInto(saved, "observations", this.observations.subarray(0, size * observationWidth))
    restoreInto(saved, "actions", this.actions.subarray(0, size * actionWidth))
    restoreInto(saved, "rewards", this.rewards.subarray(0, size))
    if (hasNext) restoreInto(saved, "nextObservations", this.nextObservations.subarray(0, size * observationWidth))
    restoreInto(saved, "terminated", this.terminated.subarray(0, size))
    restoreInto(saved, "ended", this.ended.subarray(0, size))
  }
}
