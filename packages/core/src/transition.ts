import type { Outcome, Role } from "./environment.ts"
import { SavedStateError } from "./errors.ts"
import { restoreInto, type SavedState, vector } from "./saved-state.ts"

/**
 * What one role experienced in one round; `rows = instances * agentCount`. The arrays are reused: copy what you keep.
 *
 * - `observations` `[rows, observation width]`, `actions` `[rows, action width]`, `rewards` `[rows]`.
 * - `nextObservations` `[rows, observation width]`: where the episode ended, the last observation of that episode; null
 *   in environments whose episodes have one step, where nothing can follow.
 * - `terminated`, `truncated` `[rows]`: bootstrap unless `terminated`.
 */
export interface Transitions {
  readonly rows: number
  readonly observations: Float32Array
  readonly actions: Float32Array
  readonly rewards: Float64Array
  readonly nextObservations: Float32Array | null
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
}

/** Joins a role's observation, action and outcome with the observation that follows. */
export class TransitionRecorder {
  private readonly role: Role
  private readonly transitions: Transitions
  private phase: "empty" | "acted" | "rewarded" = "empty"

  constructor(role: Role, instances: number, maximumEpisodeSteps: number | null) {
    const rows = instances * role.agentCount
    this.role = role
    this.transitions = {
      rows,
      observations: new Float32Array(rows * role.observation.width),
      actions: new Float32Array(rows * role.action.width),
      rewards: new Float64Array(rows),
      nextObservations: maximumEpisodeSteps === 1 ? null : new Float32Array(rows * role.observation.width),
      terminated: new Uint8Array(rows),
      truncated: new Uint8Array(rows)
    }
  }

  acted(observations: Float32Array, actions: Float32Array): void {
    this.transitions.observations.set(observations)
    this.transitions.actions.set(actions)
    this.phase = "acted"
  }

  rewarded(outcome: Outcome): void {
    if (this.phase !== "acted") return // the role moved by scheme: nothing to learn from
    const { rows, rewards, terminated, truncated } = this.transitions
    rewards.set(outcome.rewards)
    for (let row = 0; row < rows; row++) {
      const instance = Math.floor(row / this.role.agentCount)
      terminated[row] = outcome.terminated[instance]
      truncated[row] = outcome.truncated[instance]
    }
    if (outcome.finalObservations !== null) this.copyNext(outcome.finalObservations, 1)
    this.phase = "rewarded"
  }

  /** The finished transitions once the role's next observation is known (or cannot matter); null before that. */
  complete(nextObservations: Float32Array | null): Transitions | null {
    if (this.phase !== "rewarded") return null
    if (this.transitions.nextObservations !== null) {
      if (nextObservations === null) return null
      this.copyNext(nextObservations, 0)
    }
    this.phase = "empty"
    return this.transitions
  }

  /** What is known of the transitions that are not complete yet. */
  save(): SavedState {
    const { phase, transitions } = this
    if (phase === "empty") return { tensors: {}, counters: { phase } }
    const { observations, actions, rewards, nextObservations, terminated, truncated } = transitions
    const arrays = { observations, actions, rewards, terminated, truncated }
    const named = nextObservations === null ? arrays : { ...arrays, nextObservations }
    const tensors = Object.entries(named).map(([name, values]) => [name, vector(values.slice())] as const)
    return { tensors: Object.fromEntries(tensors), counters: { phase } }
  }

  restore(saved: SavedState): void {
    const phase = String(saved.counters.phase)
    if (phase !== "empty" && phase !== "acted" && phase !== "rewarded") {
      throw new SavedStateError(`saved state: expected a phase of a transition, found "${phase}"`)
    }
    this.phase = phase
    if (phase === "empty") return
    for (const [name, values] of Object.entries(this.transitions)) {
      if (ArrayBuffer.isView(values)) restoreInto(saved, name, values as Float32Array)
    }
  }

  /** Copies the rows of the instances that ended (`ended` 1) or go on (0). */
  private copyNext(from: Float32Array, ended: 0 | 1): void {
    const { rows, nextObservations, terminated, truncated } = this.transitions
    if (nextObservations === null) return
    const width = this.role.observation.width
    for (let row = 0; row < rows; row++) {
      if ((terminated[row] | truncated[row]) !== ended) continue
      for (let i = row * width; i < (row + 1) * width; i++) nextObservations[i] = from[i]
    }
  }
}
