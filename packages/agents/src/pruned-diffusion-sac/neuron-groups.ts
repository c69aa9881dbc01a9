import type { DiffusionWidths } from "../diffusion-sac/networks.ts"

/** The neurons of one hidden layer, with everything that is attached to them. */
export interface NeuronGroup {
  readonly network: "actor" | "critic"
  /** Their layer: column i of `<layer>.weight` and element i of `<layer>.bias` go into neuron i. */
  readonly layer: string
  readonly units: number
  /** Where their outputs go: row `offset + i` of each of these weights comes out of neuron i. */
  readonly consumers: readonly { readonly weight: string; readonly offset: number }[]
}

/**
 * The prunable layers: both layers of the actor's state encoder and both hidden layers of its trunk; with `critics` the
 * same of the critics. Never the inputs, the outputs or the encoder of the step index.
 */
export const neuronGroups = ({ actor, critic }: DiffusionWidths, critics: boolean): readonly NeuronGroup[] => {
  const actorGroup = (layer: string, units: number, consumer: string, offset = 0): NeuronGroup => ({
    network: "actor",
    layer: `actor.${layer}`,
    units,
    consumers: [{ weight: `actor.${consumer}.weight`, offset }]
  })
  const groups = [
    actorGroup("state.0", actor.stateHidden, "state.1"),
    actorGroup("state.1", actor.stateFeatures, "trunk.0", actor.action + actor.stepEmbedding),
    actorGroup("trunk.0", actor.trunk[0], "trunk.1"),
    actorGroup("trunk.1", actor.trunk[1], "trunk.2")
  ]
  if (!critics) return groups
  const criticGroup = (layer: string, units: number, consumers: readonly string[]): NeuronGroup => ({
    network: "critic",
    layer,
    units,
    consumers: consumers.map((consumer) => ({ weight: `${consumer}.weight`, offset: 0 }))
  })
  return [
    ...groups,
    criticGroup("state.0", critic.stateHidden, ["state.1"]),
    criticGroup(
      "state.1",
      critic.stateFeatures,
      critic.heads.map((_, head) => `q${head + 1}.0`)
    ),
    ...critic.heads.flatMap(([first, second], head) => [
      criticGroup(`q${head + 1}.0`, first, [`q${head + 1}.1`]),
      criticGroup(`q${head + 1}.1`, second, [`q${head + 1}.2`])
    ])
  ]
}

/** The widths with these numbers of units, one for each group of `neuronGroups` in its order. */
export const withUnits = (
  { actor, critic }: DiffusionWidths,
  [stateHidden, stateFeatures, first, second, ...ofCritics]: readonly number[]
): DiffusionWidths => ({
  actor: { ...actor, stateHidden, stateFeatures, trunk: [first, second] },
  critic:
    ofCritics.length === 0
      ? critic
      : {
          stateHidden: ofCritics[0],
          stateFeatures: ofCritics[1],
          heads: critic.heads.map((_, head) => [ofCritics[2 + 2 * head], ofCritics[3 + 2 * head]] as const)
        }
})

/**
 * Multiply-accumulates of one sample in an update, near enough to decide when shrinking pays: the chain with its state
 * encoder computed once, forward and twice that backward, and the critics in both losses.
 */
export const multiplyAccumulates = ({ actor, critic }: DiffusionWidths, denoisingSteps: number): number => {
  const { state, action, stateHidden, stateFeatures, trunk } = actor
  const encoder = state * stateHidden + stateHidden * stateFeatures + stateFeatures * trunk[0]
  const chain = encoder + denoisingSteps * (action * trunk[0] + trunk[0] * trunk[1] + trunk[1] * action)
  const heads = critic.heads.reduce(
    (sum, [first, second]) => sum + (critic.stateFeatures + action) * first + first * second + second,
    0
  )
  const critics = state * critic.stateHidden + critic.stateHidden * critic.stateFeatures + heads
  return 3 * chain + 5 * critics
}
