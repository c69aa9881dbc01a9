import { Schema } from "effect"
import {
  defineEnvironment,
  type Environment,
  type EnvironmentDefinition,
  type InstanceSet,
  type Move,
  type Outcome,
  type Role,
  type Scheme,
  type Start
} from "../environment.ts"
import { EnvironmentError } from "../errors.ts"
import type { RngStream } from "../random/rng-stream.ts"
import { RngStreams } from "../random/rng-streams.ts"
import { restoreInto, type SavedState, vector } from "../saved-state.ts"
import { boxSpace, discreteSpace } from "../space.ts"

const FOLLOWERS = 2
const CLASSES = 3

interface ToyOptions {
  readonly name: string
  readonly summary: string
  /** "box": one role that must name the number it sees; "discrete": its third of the range; "both": one after the other. */
  readonly roles: "box" | "discrete" | "both"
  readonly episodeSteps: number
  readonly ending: "terminated" | "truncated"
  /** Scheme names to declare for the first role; all of them play the right answer. */
  readonly schemes?: readonly string[]
}

/**
 * A small exact environment: every instance shows a number x in [-1, 1], drawn anew in every round.
 *
 * - Role `speaker` (box) earns 1 - (a - x)^2 / 4.
 * - Role `chooser` (discrete, two players where it comes second) earns 1 for the third of the range that x lies in, else 0.
 *
 * The reference is 1 per round, so the score of a perfect agent is 1.
 */
export const defineToy = (options: ToyOptions): EnvironmentDefinition =>
  defineEnvironment({
    name: options.name,
    version: "1",
    summary: options.summary,
    config: Schema.Struct({}),
    create: () => new ToyEnvironment(options)
  })

/** One role, box actions, episodes of one step. */
export const boxBandit = defineToy({
  name: "toy-box-bandit",
  summary: "Name the number that you see",
  roles: "box",
  episodeSteps: 1,
  ending: "terminated"
})

/** One role, discrete actions, episodes of one step. */
export const discreteBandit = defineToy({
  name: "toy-discrete-bandit",
  summary: "Choose the third of the range that the number lies in",
  roles: "discrete",
  episodeSteps: 1,
  ending: "terminated"
})

/** One role, box actions, episodes of five steps that are cut off. */
export const truncatingBox = defineToy({
  name: "toy-truncating-box",
  summary: "Name the number that you see, five times",
  roles: "box",
  episodeSteps: 5,
  ending: "truncated"
})

/** Two roles: a speaker, then two choosers. */
export const twoRoles = defineToy({
  name: "toy-two-roles",
  summary: "A speaker names the number, then two choosers place it",
  roles: "both",
  episodeSteps: 3,
  ending: "terminated"
})

const classOf = (x: number): number => Math.min(CLASSES - 1, Math.floor(((x + 1) / 2) * CLASSES))

const observation = boxSpace([
  ["x", -1, 1],
  ["round / episode length", 0, 1]
])

const speaker: Role = { name: "speaker", agentCount: 1, observation, action: boxSpace([["answer", -1, 1]]) }

const chooser = (agentCount: number): Role => ({
  name: "chooser",
  agentCount,
  observation,
  action: discreteSpace(["low", "middle", "high"]),
  discreteKey: { count: CLASSES, of: (observations, offset) => classOf(observations[offset]) }
})

class ToyEnvironment implements Environment {
  readonly roles: readonly Role[]
  readonly maximumEpisodeSteps: number
  readonly schemes: readonly Scheme[]
  private readonly ending: ToyOptions["ending"]
  private turn = 0
  private round = 0
  private numbers = new Float32Array(0)
  private rngStream: RngStream = new RngStreams(0).get("environment")
  private evaluation: InstanceSet | null = null

  constructor({ roles, episodeSteps, ending, schemes = [] }: ToyOptions) {
    this.roles = roles === "box" ? [speaker] : roles === "discrete" ? [chooser(1)] : [speaker, chooser(FOLLOWERS)]
    this.maximumEpisodeSteps = episodeSteps
    this.ending = ending
    this.schemes = schemes.map((name) => ({ name, role: this.roles[0].name, summary: "The right answer", options: {} }))
  }

  get acting(): Role {
    return this.roles[this.turn]
  }

  evaluationSet(seed: number, size: number): InstanceSet {
    return { seed, size, references: new Float64Array(size).fill(1) }
  }

  reset(start: Start): void {
    this.evaluation = "evaluation" in start ? start.evaluation : null
    const size = "evaluation" in start ? start.evaluation.size : start.instances
    const streams = "evaluation" in start ? new RngStreams(start.evaluation.seed) : start.streams
    this.rngStream = streams.get("environment")
    this.numbers = new Float32Array(size)
    this.turn = 0
    this.round = 0
    this.rngStream.fillUniform(this.numbers, -1, 1)
  }

  observe(): Float32Array {
    const { agentCount } = this.acting
    const rows = this.numbers.length * agentCount
    const rowsOut = new Float32Array(rows * 2)
    for (let row = 0; row < rows; row++) {
      rowsOut[row * 2] = this.numbers[Math.floor(row / agentCount)]
      rowsOut[row * 2 + 1] = this.round / this.maximumEpisodeSteps
    }
    return rowsOut
  }

  step(move: Move): readonly Outcome[] {
    const role = this.acting
    const rewards = this.rewardsOf(role, this.actionsOf(role, move))
    const isRoundOver = this.turn === this.roles.length - 1
    const isEpisodeOver = isRoundOver && this.round === this.maximumEpisodeSteps - 1
    this.pending.push({ role, rewards })
    this.turn = (this.turn + 1) % this.roles.length
    if (!isRoundOver) return []
    const outcomes = this.pending.map((entry) => this.outcomeOf(entry.role, entry.rewards, isEpisodeOver))
    this.pending.length = 0
    this.round = isEpisodeOver ? 0 : this.round + 1
    this.rngStream.fillUniform(this.numbers, -1, 1)
    return outcomes
  }

  save(): SavedState {
    return { tensors: { numbers: vector(this.numbers.slice()) }, counters: { round: this.round } }
  }

  restore(saved: SavedState): void {
    restoreInto(saved, "numbers", this.numbers)
    this.round = Number(saved.counters.round)
  }

  private readonly pending: { role: Role; rewards: Float64Array }[] = []

  private actionsOf(role: Role, move: Move): Float32Array {
    const rows = this.numbers.length * role.agentCount
    if (!(move instanceof Float32Array)) {
      if (!this.schemes.some(({ name }) => name === move.scheme)) {
        throw new EnvironmentError(`toy: expected one of its schemes, found "${move.scheme}"`)
      }
      return Float32Array.from(this.numbers, (x) => (role.action.kind === "box" ? x : classOf(x)))
    }
    if (move.length !== rows) throw new EnvironmentError(`toy: expected ${rows} actions, found ${move.length}`)
    return move
  }

  private rewardsOf(role: Role, actions: Float32Array): Float64Array {
    return Float64Array.from(actions, (action, row) => {
      const x = this.numbers[Math.floor(row / role.agentCount)]
      return role.action.kind === "box" ? 1 - (action - x) ** 2 / 4 : Number(action === classOf(x))
    })
  }

  private outcomeOf(role: Role, rewards: Float64Array, isEpisodeOver: boolean): Outcome {
    const size = this.numbers.length
    const ended = new Uint8Array(size).fill(Number(isEpisodeOver))
    const none = new Uint8Array(size)
    const means = Float64Array.from({ length: size }, (_, i) => {
      const own = rewards.subarray(i * role.agentCount, (i + 1) * role.agentCount)
      return own.reduce((sum, reward) => sum + reward, 0) / role.agentCount
    })
    const final = new Float32Array(size * role.agentCount * 2).fill(1)
    return {
      role,
      rewards,
      terminated: this.ending === "terminated" ? ended : none,
      truncated: this.ending === "truncated" ? ended : none,
      finalObservations: this.ending === "truncated" ? final : null,
      scores: this.evaluation !== null && role === this.roles[0] ? means : null,
      measurements: { meanReward: means }
    }
  }
}
