import { type AgentContext, AgentError, describeSpace, type Role } from "@twinpact/core"
import { scaleObservations, type TrainedNetwork } from "@twinpact/core/learning"
import {
  broadcast,
  constant,
  greaterEqual,
  max,
  mlp,
  mlpShapes,
  mul,
  type Node,
  neg,
  type Program,
  packedShape,
  program,
  relu,
  reshape,
  select,
  sum,
  unpack
} from "@twinpact/tensor"
import type { IndependentDqnConfig } from "./config.ts"

/** The learners behind a role, each with a network and a memory of its own, and whose is the row `row`. */
export interface Learners {
  readonly count: number
  readonly of: (row: number, observations: Float32Array, offset: number) => number
}

/** `shared`: one learner; `per-type`: one per class of observations; `own`: one per player, players innermost in the rows. */
export const learnersOf = (parameters: IndependentDqnConfig["parameters"], role: Role): Learners => {
  const { agentCount, discreteKey } = role
  if (parameters === "shared") return { count: 1, of: () => 0 }
  if (parameters === "own") return { count: agentCount, of: (row) => row % agentCount }
  if (discreteKey === undefined) {
    throw new AgentError(
      `agent "independent-dqn": parameters "per-type" needs classes of observations, but role "${role.name}" has no ` +
        'discreteKey; parameters "shared" and "own" do without'
    )
  }
  return { count: discreteKey.count, of: (_, observations, offset) => discreteKey.of(observations, offset) }
}

/** Writes who answers each of `rows` observations as one-hot columns `[learners, rows]`. */
export const writeMembership = (membership: Float32Array, rows: number, learnerOf: (row: number) => number): void => {
  membership.fill(0)
  for (let row = 0; row < rows; row++) membership[learnerOf(row) * rows + row] = 1
}

/** Number of items of a role that chooses among items. */
export const itemCount = ({ name, action }: Role): number => {
  if (action.kind === "discrete") return action.size
  throw new AgentError(`agent "independent-dqn" chooses among items, but role "${name}" has ${describeSpace(action)}`)
}

/** q: observation to one value per item, for all learners at once: the first axis of every parameter is the learner. */
export const valueNetworks = (
  { hiddenWidths }: IndependentDqnConfig,
  { role, maximumEpisodeSteps }: AgentContext,
  { count }: Learners
): TrainedNetwork => {
  const shapes = mlpShapes("q", [role.observation.width, ...hiddenWidths, itemCount(role)])
  return {
    name: "values",
    shapes: Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, [count, ...(shape.length === 1 ? [1] : []), ...shape]])
    ),
    hasTarget: maximumEpisodeSteps !== 1
  }
}

/** Q_l(e, .) of every learner l for rows of its own: `[learners, rows, width]` to `[learners, rows, items]`. */
export const valuesOfLearners = ({ shapes }: TrainedNetwork, packed: Node, observations: Node): Node =>
  mlp(unpack(packed, shapes), "q", observations, relu)

/**
 * Q(e, .) of each row by the learner that it belongs to: `[rows, width]`, membership `[learners, rows, 1]` to
 * `[rows, items]`. Every network sees every row, which for networks this small is cheaper than sorting them.
 */
export const valuesOfRows = (network: TrainedNetwork, packed: Node, observations: Node, membership: Node): Node => {
  const [learners] = membership.shape
  const everybody = broadcast(reshape(observations, [1, ...observations.shape]), [learners, ...observations.shape])
  return sum(mul(valuesOfLearners(network, packed, everybody), membership), [0])
}

/** The greedy policy for a batch of `rows`: the item of largest value, of equal ones the first. */
export const actProgram = (
  network: TrainedNetwork,
  { observationScaling }: IndependentDqnConfig,
  { role }: AgentContext,
  { count }: Learners,
  rows: number
): Program => {
  const items = itemCount(role)
  return program({
    state: { [network.name]: packedShape(network.shapes) },
    inputs: { observations: [rows, role.observation.width], membership: [count, rows, 1] },
    build: (state, { observations, membership }) => {
      const scaled = scaleObservations(observations, role.observation, observationScaling)
      const values = valuesOfRows(network, state[network.name], scaled, membership)
      const isLargest = greaterEqual(values, max(values, [1], true))
      const position = constant(
        Float32Array.from({ length: items }, (_, item) => -item),
        [items]
      )
      return { outputs: { actions: neg(max(select(isLargest, position, -items), [1], true)) } }
    }
  })
}
