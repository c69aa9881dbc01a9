import {
  type Environment,
  EnvironmentError,
  type InstanceSet,
  type Move,
  type Outcome,
  type Role,
  type SavedState,
  type Start
} from "@twinpact/core"
import { createIroning } from "../contract/ironing.ts"
import { voluntaryUtility } from "../contract/voluntary-best.ts"
import { settleChoices } from "../response/device-choices.ts"
import { assignedResponse } from "../response/device-response.ts"
import { observeAsDevices } from "./device-observation.ts"
import { Episodes } from "./episodes.ts"
import { assessMenus } from "./menu-assessment.ts"
import { createRoles } from "./roles.ts"
import { createRound, type Round } from "./round.ts"
import { fillByScheme, menuSchemes } from "./schemes.ts"
import { observeAsServer } from "./server-observation.ts"
import { fillServerRewards } from "./server-rewards.ts"
import type { ContractSettings } from "./settings.ts"

const SERVER = 0
const DEVICE = 1

/** The contract economy as a game: the server offers menus, the devices answer. */
export class ContractEnvironment implements Environment {
  readonly roles: readonly Role[]
  readonly maximumEpisodeSteps: number
  readonly schemes = menuSchemes.map(({ name, role, summary, options }) => ({ name, role, summary, options }))
  private readonly settings: ContractSettings
  private game: {
    readonly episodes: Episodes
    readonly round: Round
    readonly references: Float64Array | null
  } | null = null
  private turn: typeof SERVER | typeof DEVICE = SERVER
  private areTypesKnown = false

  constructor(settings: ContractSettings) {
    this.settings = settings
    this.roles = createRoles(settings)
    this.maximumEpisodeSteps = settings.config.episodeSteps
  }

  evaluationSet(seed: number, size: number): InstanceSet {
    requireCount("the size of an evaluation set", size)
    const { batch } = Episodes.evaluation(this.settings, { seed, size })
    const ironing = createIroning(batch.typeCount)
    const references = new Float64Array(size)
    for (let i = 0; i < size; i++) references[i] = voluntaryUtility(batch, i, ironing)
    return { seed, size, references }
  }

  reset(start: Start): void {
    const isEvaluation = "evaluation" in start
    if (isEvaluation) requireReferences(start.evaluation)
    else requireCount("instances", start.instances)
    const episodes = isEvaluation
      ? Episodes.evaluation(this.settings, start.evaluation)
      : Episodes.training(this.settings, start.instances, start.streams)
    const isTruncated = this.maximumEpisodeSteps > 1
    const round = createRound(episodes, this.roles, { isEvaluation, isTruncated })
    this.game = { episodes, round, references: isEvaluation ? start.evaluation.references.slice() : null }
    this.turn = SERVER
  }

  get acting(): Role {
    return this.roles[this.turn]
  }

  observe(): Float32Array {
    const { round } = this.playing()
    const { observations } = round.seats[this.turn]
    this.writeObservations(this.turn, observations)
    return observations
  }

  step(move: Move): readonly Outcome[] {
    if (move instanceof Float32Array) this.requireNumbers(move)
    return this.turn === SERVER ? this.offer(move) : this.answer(move)
  }

  save(): SavedState {
    return this.playing().episodes.save()
  }

  restore(saved: SavedState): void {
    this.playing().episodes.restore(saved)
    this.turn = SERVER
  }

  /** The server's move. */
  private offer(move: Move): readonly Outcome[] {
    const { episodes, round } = this.playing()
    const { batch } = episodes
    if (move instanceof Float32Array) {
      this.areTypesKnown = false
      for (let i = 0; i < batch.size; i++) this.settings.decoder.decode(batch, i, move, round.menu)
    } else {
      this.areTypesKnown = fillByScheme(move, batch, round.menu)
    }
    if (this.settings.response === null) {
      this.turn = DEVICE
      return []
    }
    const respond = this.areTypesKnown ? assignedResponse(batch.typeCount) : this.settings.response
    respond(batch, round.menu, episodes.shares, round.totals)
    return this.endRound()
  }

  /** The devices' move. Where types are known they have no say. */
  private answer(move: Move): readonly Outcome[] {
    const { episodes, round } = this.playing()
    if (!(move instanceof Float32Array)) throw new EnvironmentError(`role "device" has no scheme "${move.scheme}"`)
    const choices = this.areTypesKnown ? null : move
    const { rewards } = round.seats[DEVICE]
    const profits = new Float64Array(this.settings.typeCount)
    settleChoices(episodes.batch, round.menu, episodes.devices!.types, choices, profits, round.totals, rewards)
    this.turn = SERVER
    return this.endRound()
  }

  private endRound(): readonly Outcome[] {
    const { episodes, round, references } = this.playing()
    const { totals, assessment } = round
    const { batch, shares, isLastStep } = episodes
    if (references !== null || this.settings.config.reward !== "self-selection") {
      assessMenus(batch, round.menu, shares, assessment)
    }
    fillServerRewards(this.settings, totals, assessment, round.seats[SERVER].rewards)
    if (references !== null) this.score(references)
    const isTruncated = this.maximumEpisodeSteps > 1
    round.terminated.fill(isTruncated ? 0 : 1)
    round.truncated.fill(isTruncated && isLastStep ? 1 : 0)
    if (isTruncated) episodes.advance()
    if (isLastStep) {
      round.seats.forEach(({ finalObservations }, seat) => {
        if (finalObservations !== null) this.writeObservations(seat, finalObservations)
      })
      episodes.restart()
    }
    return round.outcomes
  }

  /** Utility as a share of the exact optimum of the instances as they are in this round. */
  private score(references: Float64Array): void {
    const { episodes, round } = this.playing()
    if (this.maximumEpisodeSteps > 1) {
      const ironing = createIroning(episodes.batch.typeCount)
      for (let i = 0; i < references.length; i++) references[i] = voluntaryUtility(episodes.batch, i, ironing)
    }
    const scores = round.scores!
    for (let i = 0; i < scores.length; i++) {
      scores[i] = references[i] > 0 ? round.totals.serverUtility[i] / references[i] : NaN
    }
  }

  /** A device's final observation shows the menu it last saw: the next one is not known before the server moves. */
  private writeObservations(seat: number, observations: Float32Array): void {
    const { episodes, round } = this.playing()
    const { distribution } = this.settings
    if (seat === SERVER) observeAsServer(distribution, episodes.batch, observations)
    else observeAsDevices(distribution, episodes.batch, round.menu, episodes.devices!, observations)
  }

  private playing() {
    if (this.game === null) throw new EnvironmentError('environment "contract": call reset before playing')
    return this.game
  }

  private requireNumbers(move: Float32Array): void {
    const { agentCount, action, name } = this.acting
    const expected = this.playing().episodes.batch.size * agentCount * action.width
    if (move.length !== expected) {
      throw new EnvironmentError(`role "${name}": expected a move of ${expected} numbers, found ${move.length}`)
    }
    for (let at = 0; at < expected; at++) {
      if (Number.isNaN(move[at]))
        throw new EnvironmentError(`role "${name}": the move has NaN at ${at}: did the agent diverge?`)
    }
  }
}

const requireCount = (what: string, count: number): void => {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new EnvironmentError(`expected ${what} to be a positive integer, found ${count}`)
  }
}

const requireReferences = ({ size, references }: InstanceSet): void => {
  requireCount("the size of an evaluation set", size)
  if (references.length === size) return
  throw new EnvironmentError(`evaluation set: expected ${size} references, found ${references.length}`)
}
