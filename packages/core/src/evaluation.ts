import type { Agent } from "./agent.ts"
import type { Environment, InstanceSet, Outcome } from "./environment.ts"
import { Means } from "./measurement.ts"
import type { RngStreams } from "./random/rng-streams.ts"

export interface EvaluationOptions {
  /** Passes over the set; more than one only matters for agents that draw at random. */
  readonly draws: number
  /** Episodes that have not ended after this many rounds count as they are. */
  readonly maximumRounds: number
  readonly progress: number
  readonly streams: RngStreams
}

/**
 * Plays every instance of `set` once with `explore: false` and returns means over instances, rounds and draws.
 *
 * `score` = mean over instances of value / exact reference (mean of ratios); instances without a reference are left out
 * and counted in `unscoredShare`. `episodeReturn` is the undiscounted sum of the first role's rewards per player, averaged
 * over instances. Measurements of environments with several roles are named `role/measurement`.
 */
export const evaluate = async (
  environment: Environment,
  agents: Readonly<Record<string, Agent>>,
  set: InstanceSet,
  options: EvaluationOptions
): Promise<Record<string, number>> => {
  const means = new Means()
  for (let draw = 0; draw < options.draws; draw++) {
    const streams = options.streams.split(String(draw))
    environment.reset({ evaluation: set })
    const alive = new Uint8Array(set.size).fill(1)
    const returns = new Float64Array(set.size)
    for (let round = 0; round < options.maximumRounds && alive.includes(1); round++) {
      for (let turn = 0; turn < environment.roles.length; turn++) {
        const role = environment.acting
        const actOptions = { explore: false, progress: options.progress, rngStream: streams.get(role.name) }
        const move = await agents[role.name].act(environment.observe(), actOptions)
        for (const outcome of environment.step(move)) addOutcome(means, environment, outcome, alive, returns)
      }
      endEpisodes(alive)
    }
    for (const value of returns) means.add("episodeReturn", value)
  }
  return means.take()
}

const ENDED = 2

const addOutcome = (
  means: Means,
  environment: Environment,
  outcome: Outcome,
  alive: Uint8Array,
  returns: Float64Array
): void => {
  const prefix = environment.roles.length > 1 ? `${outcome.role.name}/` : ""
  for (let i = 0; i < alive.length; i++) {
    if (alive[i] === 0) continue
    if (outcome.role === environment.roles[0]) {
      const { agentCount } = outcome.role
      for (let j = 0; j < agentCount; j++) returns[i] += outcome.rewards[i * agentCount + j] / agentCount
    }
    if (outcome.scores !== null) {
      const isScored = Number.isFinite(outcome.scores[i])
      if (isScored) means.add("score", outcome.scores[i])
      means.add("unscoredShare", isScored ? 0 : 1)
    }
    if (outcome.terminated[i] === 1 || outcome.truncated[i] === 1) alive[i] = ENDED
  }
  for (const [name, values] of Object.entries(outcome.measurements)) {
    for (let i = 0; i < alive.length; i++) if (alive[i] !== 0) means.add(prefix + name, values[i])
  }
}

/** Instances that ended in this round are left alone from the next one on. */
const endEpisodes = (alive: Uint8Array): void => {
  for (let i = 0; i < alive.length; i++) if (alive[i] === ENDED) alive[i] = 0
}
