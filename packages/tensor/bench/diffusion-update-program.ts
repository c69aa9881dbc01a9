import {
  type Activation,
  adamStateShapes,
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
  type Program,
  polyakUpdate,
  program,
  relu,
  reverseChain,
  type Shape,
  scalar,
  squaredError
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

const pick = (nodes: NamedNodes, prefix: string, shapes: Readonly<Record<string, Shape>>): NamedNodes =>
  Object.fromEntries(Object.keys(shapes).map((name) => [name, nodes[prefix + name]]))

/** Everything that one update keeps: parameters, targets, moments. */
export const updateStateShapes = (sizes: UpdateSizes, hasTargets: boolean): Readonly<Record<string, Shape>> => {
  const [actor, criticState] = [actorShapes(sizes), criticShapes(sizes)]
  return {
    ...actor,
    ...criticState,
    ...(hasTargets ? { ...prefixed("target.", actor), ...prefixed("target.", criticState) } : {}),
    ...adamStateShapes("adam.actor", actor),
    ...adamStateShapes("adam.critic", criticState)
  }
}

/**
 * The complete update of the diffusion actor-critic: critic on y = R + gamma (1 - d) min Q'(e', a'), then the actor
 * through the whole chain and the updated critic, AdamW for both, Polyak averaging. With `hasTargets` false (episodes of
 * one step) y = R and nothing of the targets is built.
 */
export const diffusionUpdate = (sizes: UpdateSizes, activation: Activation, hasTargets = true): Program => {
  const { batch, state, action, denoisingSteps } = sizes
  const schedule = makeSchedule("vp", denoisingSteps)
  const [shapesOfActor, shapesOfCritic] = [actorShapes(sizes), criticShapes(sizes)]
  const noise: Shape = [denoisingSteps, batch, action]
  return program({
    state: updateStateShapes(sizes, hasTargets),
    inputs: {
      observations: [batch, state],
      actions: [batch, action],
      rewards: [batch, 1],
      noise,
      ...(hasTargets ? { nextObservations: [batch, state], continues: [batch, 1], targetNoise: noise } : {})
    } as Record<string, Shape>,
    build: (s, i) => {
      const chain = (parameters: NamedNodes, observations: Node, draws: Node) =>
        reverseChain(makeDenoiser(parameters, "actor", observations, denoisingSteps, activation), draws, { schedule })
      const target = (): Node => {
        if (!hasTargets) return i.rewards
        const actorTarget = pick(s, "target.", shapesOfActor)
        const next = chain(actorTarget, i.nextObservations, i.targetNoise)
        const value = minimum(...critic(pick(s, "target.", shapesOfCritic), i.nextObservations, next))
        return add(i.rewards, mul(mul(i.continues, GAMMA), value))
      }
      const y = target()
      const criticParameters = pick(s, "", shapesOfCritic)
      const criticNames = Object.keys(criticParameters)
      const [q1, q2] = critic(criticParameters, i.observations, i.actions)
      const criticLoss = add(squaredError(q1, y), squaredError(q2, y))
      const criticGradients = gradient(criticLoss, Object.values(criticParameters))
      const newCritic = adamW(
        "adam.critic",
        criticParameters,
        Object.fromEntries(criticNames.map((name, j) => [name, criticGradients[j]])),
        s,
        scalar(LEARNING_RATES.critic),
        { weightDecay: WEIGHT_DECAY }
      )
      const actorParameters = pick(s, "", shapesOfActor)
      const sampled = chain(actorParameters, i.observations, i.noise)
      const actorLoss = neg(mean(minimum(...critic(newCritic.parameters, i.observations, sampled))))
      const actorGradients = gradient(actorLoss, Object.values(actorParameters))
      const newActor = adamW(
        "adam.actor",
        actorParameters,
        Object.fromEntries(Object.keys(actorParameters).map((name, j) => [name, actorGradients[j]])),
        s,
        scalar(LEARNING_RATES.actor),
        { weightDecay: WEIGHT_DECAY }
      )
      const parameters = { ...newActor.parameters, ...newCritic.parameters }
      const targets = { ...pick(s, "target.", shapesOfActor), ...pick(s, "target.", shapesOfCritic) }
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
