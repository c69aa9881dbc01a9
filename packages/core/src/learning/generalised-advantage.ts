/** `[steps, rows]`, row by row, unless said otherwise. */
export interface AdvantageInputs {
  readonly rows: number
  readonly rewards: Float32Array
  /** V(e_t). */
  readonly values: Float32Array
  /** V(e_{t+1}): of the last observation of the episode where it was truncated; read nowhere where it terminated. */
  readonly nextValues: Float32Array
  readonly terminated: Uint8Array
  /** Terminated or truncated: nothing is carried over from the step that follows. */
  readonly ended: Uint8Array
  readonly gamma: number
  readonly lambda: number
}

/**
 * Generalised advantage estimation (Schulman et al., 2016):
 *
 * delta_t = r_t + gamma (1 - terminated_t) V(e_{t+1}) - V(e_t); A_t = delta_t + gamma lambda (1 - ended_t) A_{t+1}
 *
 * In episodes of one step A = r - V(e), whatever gamma and lambda. The regression target of the values is A + V.
 */
export const generalisedAdvantage = (inputs: AdvantageInputs): Float32Array => {
  const { rows, rewards, values, nextValues, terminated, ended, gamma, lambda } = inputs
  const advantages = new Float32Array(rewards.length)
  for (let i = rewards.length - 1; i >= 0; i--) {
    const bootstrap = terminated[i] === 1 ? 0 : gamma * nextValues[i]
    const later = i + rows < rewards.length && ended[i] === 0 ? advantages[i + rows] : 0
    advantages[i] = rewards[i] + bootstrap - values[i] + gamma * lambda * later
  }
  return advantages
}

/** (A - mean) / (standard deviation + 1e-8) over all elements, in place; the deviation is that of the sample (n - 1). */
export const normaliseAdvantages = (advantages: Float32Array): void => {
  let sum = 0
  for (const advantage of advantages) sum += advantage
  const mean = sum / advantages.length
  let squares = 0
  for (const advantage of advantages) squares += (advantage - mean) ** 2
  const scale = 1 / (Math.sqrt(squares / Math.max(1, advantages.length - 1)) + 1e-8)
  for (let i = 0; i < advantages.length; i++) advantages[i] = (advantages[i] - mean) * scale
}
