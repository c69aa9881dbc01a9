import {
  type Activation,
  adamW,
  add,
  denoiserShapes,
  denoiserWidths,
  gradient,
  linear,
  linearOfConcat,
  makeDenoiser,
  makeSchedule,
  mean,
  minimum,
  mlp,
  mlpShapes,
  mul,
  type NamedNodes,
  type Node,
  neg,
  type PackedShapes,
  type Program,
  packedShape,
  packValues,
  polyakUpdate,
  program,
  relu,
  reverseChain,
  type Shape,
  scalar,
  squaredError,
  unpack,
  unpackValues
} from "@twinpact/tensor"

export interface UpdateSizes {
  readonly batch: number
  readonly width: number
  /** Observation and action width: 9 and 4 for two device types. */
  readonly state: number
  readonly action: number
  readonly denoisingSteps: number
}

const LEARNING_RATES = { actor: 3e-4, critic: 1e-3 }
const GAMMA = 0.95
const TAU = 0.005
const WEIGHT_DECAY = 1e-4

export const actorShapes = ({ state, action, width }: UpdateSizes): Readonly<Record<string, Shape>> =>
  denoiserShapes("actor", denoiserWidths(state, action, width))

/** A shared state encoder, then two heads on concat[state features, action]. */
export const criticShapes = ({ state, action, width }: UpdateSizes): Readonly<Record<string, Shape>> => ({
  ...mlpShapes("critic.state", [state, width, width]),
  ...mlpShapes("critic.q1", [width + action, width, width, 1]),
  ...mlpShapes("critic.q2", [width + action, width, width, 1])
})

const criticHead = (parameters: NamedNodes, head: string, features: Node, actions: Node): Node => {
  const first = linearOfConcat([features, actions], parameters[`${head}.0.weight`], parameters[`${head}.0.bias`])
  const second = linear(relu(first), parameters[`${head}.1.weight`], parameters[`${head}.1.bias`])
  return linear(relu(second), parameters[`${head}.2.weight`], parameters[`${head}.2.bias`])
}

/** Q1 and Q2 `[batch, 1]`. */
const critic = (parameters: NamedNodes, states: Node, actions: Node): readonly [Node, Node] => {
  const features = mlp(parameters, "critic.state", states, relu)
  return [
    criticHead(parameters, "critic.q1", features, actions),
    criticHead(parameters, "critic.q2", features, actions)
  ]
}

const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]))

/** Everything that one update keeps, by name: parameters, targets, moments, step counters. */
export const updateStateShapes = (sizes: UpdateSizes, hasTargets: boolean): Readonly<Record<string, Shape>> =>
  Object.assign({}, ...Object.values(packsOf(sizes, hasTargets)))

/** The state tensors of the program and what each of them holds: one vector per network and role. */
const packsOf = (sizes: UpdateSizes, hasTargets: boolean): Readonly<Record<string, PackedShapes>> =>
  Object.assign(
    {},
    ...Object.entries({ actor: actorShapes(sizes), critic: criticShapes(sizes) }).map(([network, shapes]) => ({
      [network]: shapes,
      ...(hasTargets ? { [`target.${network}`]: prefixed("target.", shapes) } : {}),
      [`adam.${network}.m.${network}`]: prefixed(`adam.${network}.m.`, shapes),
      [`adam.${network}.v.${network}`]: prefixed(`adam.${network}.v.`, shapes),
      [`adam.${network}.step`]: { [`adam.${network}.step`]: [] }
    }))
  )

/** Values by name to the state of the program, and back. */
export const packState = (sizes: UpdateSizes, hasTargets: boolean, values: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(
    Object.entries(packsOf(sizes, hasTargets)).map(([pack, shapes]) => [pack, packValues(shapes, values)])
  )

export const unpackState = (
  sizes: UpdateSizes,
  hasTargets: boolean,
  state: Readonly<Record<string, Float32Array>>
): Record<string, Float32Array> =>
  Object.assign(
    {},
    ...Object.entries(packsOf(sizes, hasTargets)).map(([pack, shapes]) => unpackValues(shapes, state[pack]))
  )

/**
 * The complete update of the diffusion actor-critic: critic on y = R + gamma (1 - d) min Q'(e', a'), then the actor
 * through the whole chain and the updated critic, AdamW for both, Polyak averaging. With `hasTargets` false (episodes of
 * one step) y = R and nothing of the targets is built.
 */
export const diffusionUpdate = (sizes: UpdateSizes, activation: Activation, hasTargets = true): Program => {
  const { batch, state, action, denoisingSteps } = sizes
  const schedule = makeSchedule("vp", denoisingSteps)
  const [shapesOfActor, shapesOfCritic] = [actorShapes(sizes), criticShapes(sizes)]
  const packs = packsOf(sizes, hasTargets)
  const noise: Shape = [denoisingSteps, batch, action]
  return program({
    state: Object.fromEntries(
      Object.entries(packs).map(([pack, shapes]) => [pack, pack.endsWith(".step") ? [] : packedShape(shapes)])
    ) as Record<string, Shape>,
    inputs: {
      observations: [batch, state],
      actions: [batch, action],
      rewards: [batch, 1],
      noise,
      ...(hasTargets ? { nextObservations: [batch, state], continues: [batch, 1], targetNoise: noise } : {})
    } as Record<string, Shape>,
    build: (s, i) => {
      const chain = (packed: Node, observations: Node, draws: Node) =>
        reverseChain(
          makeDenoiser(unpack(packed, shapesOfActor), "actor", observations, denoisingSteps, activation),
          draws,
          { schedule }
        )
      const values = (packed: Node, observations: Node, actions: Node) =>
        critic(unpack(packed, shapesOfCritic), observations, actions)
      const target = (): Node => {
        if (!hasTargets) return i.rewards
        const next = chain(s["target.actor"], i.nextObservations, i.targetNoise)
        const value = minimum(...values(s["target.critic"], i.nextObservations, next))
        return add(i.rewards, mul(mul(i.continues, GAMMA), value))
      }
      const descend = (network: "actor" | "critic", loss: Node) => {
        const [slope] = gradient(loss, [s[network]])
        const [parameters, gradients] = [{ [network]: s[network] }, { [network]: slope }]
        const rate = scalar(LEARNING_RATES[network])
        return adamW(`adam.${network}`, parameters, gradients, s, rate, { weightDecay: WEIGHT_DECAY })
      }
      const y = target()
      const [q1, q2] = values(s.critic, i.observations, i.actions)
      const criticLoss = add(squaredError(q1, y), squaredError(q2, y))
      const newCritic = descend("critic", criticLoss)
      const sampled = chain(s.actor, i.observations, i.noise)
      const actorLoss = neg(mean(minimum(...values(newCritic.parameters.critic, i.observations, sampled))))
      const newActor = descend("actor", actorLoss)
      const parameters = { ...newActor.parameters, ...newCritic.parameters }
      const targets = { actor: s["target.actor"], critic: s["target.critic"] }
      return {
        outputs: { criticLoss, actorLoss },
        state: {
          ...parameters,
          ...newActor.state,
          ...newCritic.state,
          ...(hasTargets ? prefixed("target.", polyakUpdate(targets, parameters, TAU)) : {})
        }
      }
    }
  })
}
