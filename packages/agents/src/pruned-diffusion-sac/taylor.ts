import {
  abs,
  add,
  concat,
  mul,
  type NamedNodes,
  type Node,
  reshape,
  type Shape,
  sliceAxis,
  sum,
  unpack
} from "@twinpact/tensor"
import type { DiffusionNetworks } from "../diffusion-sac/networks.ts"
import type { PruningConfig } from "./config.ts"
import type { NeuronGroup } from "./neuron-groups.ts"

const DECAY = 0.99

/** State tensor with one number per prunable neuron, in the order of the groups. */
export const TAYLOR = "pruning.taylor"

/**
 * Averaged first-order importance (Molchanov et al., 2019): phi <- 0.99 phi + 0.01 sum |w dL/dw| over the weights that
 * enter and leave the neuron; of the actor's loss for the actor, of the critics' loss for the critics.
 */
export const updateTaylor = (
  { actor, critic }: DiffusionNetworks,
  groups: readonly NeuronGroup[],
  state: NamedNodes,
  gradients: Readonly<Record<"actor" | "critic", Node>>
): NamedNodes => {
  const parts = {
    actor: unpack(abs(mul(state.actor, gradients.actor)), actor.shapes),
    critic: unpack(abs(mul(state.critic, gradients.critic)), critic.shapes)
  }
  const importance = groups.map(({ network, layer, units, consumers }) => {
    const part = parts[network]
    const incoming = add(sum(part[`${layer}.weight`], [0]), part[`${layer}.bias`])
    return consumers
      .map(({ weight, offset }) => sum(sliceAxis(part[weight], 0, offset, units), [1]))
      .reduce((total, outgoing) => add(total, reshape(outgoing, [units])), incoming)
  })
  return { [TAYLOR]: add(mul(state[TAYLOR], DECAY), mul(concat(importance, 0), 1 - DECAY)) }
}

/** That state tensor's shape. */
export const taylorShape = (groups: readonly NeuronGroup[]): Shape => [
  groups.reduce((total, { units }) => total + units, 0)
]

/** True if updates must keep it. */
export const keepsTaylor = (pruning: PruningConfig | null): boolean =>
  pruning !== null && pruning.rate > 0 && pruning.mode !== "dense-small" && pruning.importance === "taylor"
