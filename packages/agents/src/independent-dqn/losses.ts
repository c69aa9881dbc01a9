import type { AgentContext } from "@twinpact/core"
import {
  averageTargets,
  descend,
  networkStateShapes,
  scaleObservations,
  type TrainedNetwork,
  valueTarget
} from "@twinpact/core/learning"
import {
  abs,
  cast,
  constant,
  div,
  equal,
  huber,
  max,
  maximum,
  mul,
  type Node,
  type Program,
  program,
  reshape,
  type Shape,
  sub,
  sum
} from "@twinpact/tensor"
import type { IndependentDqnConfig } from "./config.ts"
import { itemCount, type Learners, valuesOfLearners, valuesOfRows } from "./networks.ts"

/**
 * One update of all learners l, each on a minibatch of its own memory (Mnih et al., 2015), `[learners, batch, ..]`:
 *
 * y = r + gamma (1 - terminated) max_b Q'(e', b); L = sum_l mean huber(Q_l(e, a) - y),
 *
 * with the target network Q' of the learner that e' belongs to. In episodes of one step y = r, and neither targets nor
 * next observations exist. An action of -1 marks a row without a transition: its value and its error are 0.
 */
export const updateProgram = (
  network: TrainedNetwork,
  { batchSize, gamma, tau, observationScaling }: IndependentDqnConfig,
  { role, maximumEpisodeSteps }: AgentContext,
  { count }: Learners
): Program => {
  const hasNext = maximumEpisodeSteps !== 1
  const items = itemCount(role)
  const { width } = role.observation
  const perRow: Shape = [count, batchSize, 1]
  return program({
    state: networkStateShapes(network),
    inputs: {
      observations: [count, batchSize, width],
      actions: perRow,
      rewards: perRow,
      rate: [],
      ...(hasNext
        ? { nextObservations: [count * batchSize, width], continues: perRow, membership: [count, count * batchSize, 1] }
        : {})
    } as Record<string, Shape>,
    build: (state, inputs) => {
      const scale = (rows: Node) => scaleObservations(rows, role.observation, observationScaling)
      const target = (): Node => {
        if (!hasNext) return inputs.rewards
        const next = valuesOfRows(
          network,
          state[`target.${network.name}`],
          scale(inputs.nextObservations),
          inputs.membership
        )
        return valueTarget(inputs.rewards, inputs.continues, reshape(max(next, [1]), perRow), gamma)
      }
      const positions = constant(
        Float32Array.from({ length: items }, (_, item) => item),
        [items]
      )
      const chosen = cast(equal(inputs.actions, positions))
      const values = valuesOfLearners(network, state[network.name], scale(inputs.observations))
      const value = sum(mul(values, chosen), [2], true)
      const isThere = sum(chosen, [2], true)
      const error = sub(mul(target(), isThere), value)
      const loss = mul(huber(value, mul(target(), isThere)), count)
      const { parameters, state: descended } = descend(network, loss, state, inputs.rate)
      const rows = maximum(sum(isThere), 1)
      return {
        outputs: { loss, tdError: div(sum(abs(error)), rows), value: div(sum(value), rows) },
        state: { ...descended, ...averageTargets([network], state, { [network.name]: parameters }, tau) }
      }
    }
  })
}
