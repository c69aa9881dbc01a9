import { type AgentContext, restoreInto, type SavedState, vector } from "@twinpact/core"
import { createReplayBatch, type LearnerCompanion, type PolicyRows, type ReplayLearner } from "@twinpact/core/learning"
import type { DiffusionActorCriticConfig } from "./variant.ts"

const SAMPLES = 64
const STATES = 32
const UPDATES_BETWEEN = 200
/** lambda: the noise on an action is lambda alpha xi. */
const NOISE_SCALE = 0.1
const LEARNING_RATE = 0.03
const ADAM = { b1: 0.9, b2: 0.999, epsilon: 1e-8 }

const DEFAULT_TARGET_ENTROPY_PER_COMPONENT = -0.9

/**
 * Noise on actions whose size is steered to a target entropy (DACER; Wang et al., 2024): every 200 updates the entropy H
 * of the played actions is estimated, and log alpha <- Adam on -log alpha (target - H).
 *
 * *Deviates:* H is that of a diagonal Gaussian per state (32 states, 64 samples each), not of a mixture of three; noise
 * in behaviour alone, none in evaluation.
 */
export class AdaptiveNoise implements LearnerCompanion {
  private readonly context: AgentContext
  private readonly targetEntropy: number
  private readonly rows: PolicyRows
  /** log alpha, Adam's moments and step count, updates seen. */
  private readonly state: Float64Array

  /** @param rows runs the chain. */
  constructor(config: DiffusionActorCriticConfig, context: AgentContext, rows: PolicyRows) {
    this.context = context
    this.targetEntropy = config.targetEntropy ?? DEFAULT_TARGET_ENTROPY_PER_COMPONENT * context.role.action.width
    this.rows = rows
    this.state = Float64Array.of(Math.log(config.initialEntropyCoefficient), 0, 0, 0, 0)
  }

  /** Standard deviation of the noise on every component, in half widths of the range. */
  get deviation(): number {
    return NOISE_SCALE * Math.exp(this.state[0])
  }

  /** Counts an update; estimates and adapts when it is time. */
  async afterUpdate(learner: ReplayLearner): Promise<Readonly<Record<string, number>>> {
    this.state[4] += 1
    if (this.state[4] % UPDATES_BETWEEN !== 0) return {}
    const entropy = gaussianEntropy(await this.drawActions(learner), this.context.role.action.width, this.deviation)
    this.descend(entropy - this.targetEntropy)
    return { entropy, entropyCoefficient: Math.exp(this.state[0]) }
  }

  save(): SavedState {
    return { tensors: { state: vector(this.state.slice()) }, counters: {} }
  }

  restore(_: ReplayLearner, saved: SavedState): void {
    restoreInto(saved, "state", this.state)
  }

  /** Several draws of the chain for each of some states of experience, `[states * samples, width]`. */
  private drawActions({ compiled, buffer }: ReplayLearner): Promise<Float32Array> {
    const rngStream = this.context.streams.get("adapt")
    const { width } = this.context.role.observation
    const batch = createReplayBatch(buffer.shape, STATES)
    buffer.sample(batch, rngStream)
    const observations = new Float32Array(STATES * SAMPLES * width)
    for (let row = 0; row < STATES * SAMPLES; row++) {
      const state = Math.floor(row / SAMPLES) * width
      observations.set(batch.observations.subarray(state, state + width), row * width)
    }
    return this.rows.answer(compiled, observations, ({ noise }) => rngStream.fillNormal(noise))
  }

  /** Adam on log alpha, whose slope is H - target. */
  private descend(slope: number): void {
    const { state } = this
    const step = ++state[3]
    state[1] = ADAM.b1 * state[1] + (1 - ADAM.b1) * slope
    state[2] = ADAM.b2 * state[2] + (1 - ADAM.b2) * slope * slope
    const mean = state[1] / (1 - ADAM.b1 ** step)
    const root = Math.sqrt(state[2] / (1 - ADAM.b2 ** step))
    state[0] -= (LEARNING_RATE * mean) / (root + ADAM.epsilon)
  }
}

/** Mean over states of sum_i log(2 pi e (variance_i + noise^2)) / 2. */
const gaussianEntropy = (actions: Float32Array, width: number, noise: number): number => {
  let entropy = 0
  for (let state = 0; state < STATES; state++) {
    for (let component = 0; component < width; component++) {
      let [sum, squares] = [0, 0]
      for (let sample = 0; sample < SAMPLES; sample++) {
        const value = actions[(state * SAMPLES + sample) * width + component]
        sum += value
        squares += value * value
      }
      const variance = Math.max(0, squares / SAMPLES - (sum / SAMPLES) ** 2) + noise ** 2
      entropy += 0.5 * Math.log(2 * Math.PI * Math.E * variance)
    }
  }
  return entropy / STATES
}
