import type { Outcome, Role } from "@twinpact/core"
import { type ContractMenu, createMenu } from "../contract/contract-menu.ts"
import { createResponseTotals, type ResponseTotals } from "../response/response-totals.ts"
import type { Episodes } from "./episodes.ts"
import { createMenuAssessment, type MenuAssessment } from "./menu-assessment.ts"

/** The buffers of one round of a batch, made once at `reset`; a step allocates nothing per instance. */
export interface Round {
  readonly menu: ContractMenu
  readonly totals: ResponseTotals
  readonly assessment: MenuAssessment
  /** Per role, in the order of play. */
  readonly seats: readonly Seat[]
  /** What `step` returns at the end of a round. */
  readonly outcomes: readonly Outcome[]
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
  /** Null in training. */
  readonly scores: Float64Array | null
}

/** One role's rows. */
interface Seat {
  readonly observations: Float32Array
  readonly rewards: Float64Array
  readonly finalObservations: Float32Array | null
}

export const createRound = (
  { batch }: Episodes,
  roles: readonly Role[],
  { isEvaluation, isTruncated }: { readonly isEvaluation: boolean; readonly isTruncated: boolean }
): Round => {
  const { size, typeCount } = batch
  const totals = createResponseTotals(size)
  const assessment = createMenuAssessment(size)
  const terminated = new Uint8Array(size)
  const truncated = new Uint8Array(size)
  const scores = isEvaluation ? new Float64Array(size) : null
  const { serverUtility, deviceUtility, participation, truthful } = totals
  const { promisedUtility, irViolations, icViolations } = assessment
  const server = { serverUtility, promisedUtility, deviceUtility, participation, truthful }
  const measurements: readonly Outcome["measurements"][] = isEvaluation
    ? [
        { ...server, irViolation: irViolations, icViolation: icViolations },
        { deviceUtility, participation, truthful }
      ]
    : [{}, {}]
  const seats = roles.map(({ agentCount, observation }): Seat => {
    const length = size * agentCount * observation.width
    return {
      observations: new Float32Array(length),
      rewards: new Float64Array(size * agentCount),
      finalObservations: isTruncated ? new Float32Array(length) : null
    }
  })
  const outcomes = roles.map((role, at): Outcome => {
    const { rewards, finalObservations } = seats[at]
    const scoresOfRole = at === 0 ? scores : null
    return {
      role,
      rewards,
      terminated,
      truncated,
      finalObservations,
      scores: scoresOfRole,
      measurements: measurements[at]
    }
  })
  return { menu: createMenu(size * typeCount), totals, assessment, seats, outcomes, terminated, truncated, scores }
}
