import { AgentError, type Role } from "@twinpact/core"
import type { IndependentQConfig } from "./config.ts"

/** The rows of a table of action values, and the one that the player of row `row` reads and writes. */
export interface TableRows {
  readonly count: number
  readonly of: (row: number, observations: Float32Array, offset: number) => number
}

/**
 * What stands for x in Q(x, item); a role has n players, innermost in the rows, and its observations fall into c classes:
 *
 * - `per-type`: the class, c rows; players of one class learn from each other.
 * - `own`: player and class, n c rows, row = player c + class; nobody learns from anybody else.
 * - `shared`: nothing, 1 row: the value of an item for an average player, so all players make the same choice.
 */
export const tableRows = (parameters: IndependentQConfig["parameters"], role: Role): TableRows => {
  const { discreteKey, agentCount } = role
  if (parameters === "shared") return { count: 1, of: () => 0 }
  if (discreteKey === undefined) {
    throw new AgentError(
      `agent "independent-q": parameters "${parameters}" needs classes of observations, but role "${role.name}" has no ` +
        'discreteKey; parameters "shared" does without'
    )
  }
  const { count, of } = discreteKey
  if (parameters === "per-type") return { count, of: (_, observations, offset) => of(observations, offset) }
  return {
    count: agentCount * count,
    of: (row, observations, offset) => (row % agentCount) * count + of(observations, offset)
  }
}
