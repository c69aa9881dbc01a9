import type { AgentContext } from "@twinpact/core"
import { scaleObservations } from "@twinpact/core/learning"
import { abs, add, concat, mean, mul, type Node, type Program, packedShape, program } from "@twinpact/tensor"
import type { NeuronGroup } from "../pruned-diffusion-sac/neuron-groups.ts"
import { type DiffusionWidths, diffusionNetworks, noiseRows, runChain } from "./networks.ts"
import type { DiffusionActorCriticConfig } from "./variant.ts"

/** E|h_i| of the actor's prunable neurons over a batch and, in the trunk, over the steps of the chain. */
export const activityProgram = (
  widths: DiffusionWidths,
  groups: readonly NeuronGroup[],
  config: DiffusionActorCriticConfig,
  context: AgentContext
): Program => {
  const { role } = context
  const { actor } = diffusionNetworks(widths, context)
  return program({
    state: { actor: packedShape(actor.shapes) },
    inputs: {
      observations: [config.batchSize, role.observation.width],
      noise: [noiseRows(config), config.batchSize, role.action.width]
    },
    build: (state, { observations, noise }) => {
      const seen = new Map<string, Node[]>()
      const scaled = scaleObservations(observations, role.observation, config.observationScaling)
      runChain(actor, state.actor, scaled, noise, config, (layer, activations) => {
        seen.set(layer, [...(seen.get(layer) ?? []), mean(abs(activations), [0])])
      })
      const activity = groups.map(({ layer }) => {
        const means = seen.get(layer)!
        return mul(means.reduce(add), 1 / means.length)
      })
      return { outputs: { activity: concat(activity, 0) } }
    }
  })
}
