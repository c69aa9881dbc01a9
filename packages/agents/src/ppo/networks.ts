import { type AgentContext, asBox } from "@twinpact/core"
import { fromUnitBox, scaleObservations, type TrainedNetwork } from "@twinpact/core/learning"
import {
  add,
  clip,
  div,
  exp,
  gaussianLogDensity,
  mlp,
  mlpShapes,
  mul,
  type NamedNodes,
  type Node,
  type Program,
  packedShape,
  program,
  reshape,
  sub,
  tanh,
  unpack
} from "@twinpact/tensor"
import type { PpoConfig } from "./config.ts"

/** Policy and value in one network of two separate perceptrons, so that one norm limits both gradients. */
export const ppoNetwork = (
  { hiddenWidths }: PpoConfig,
  { role: { observation, action } }: AgentContext
): TrainedNetwork => ({
  name: "policy",
  shapes: {
    ...mlpShapes("mu", [observation.width, ...hiddenWidths, action.width]),
    logDeviation: [action.width],
    ...mlpShapes("value", [observation.width, ...hiddenWidths, 1])
  },
  hasTarget: false
})

/** The Gaussian policy, whose deviation does not depend on the observation. */
export class GaussianPolicy {
  private readonly parameters: NamedNodes
  /** `[batch, action width]`, unbounded. */
  readonly mean: Node
  /** `[action width]`. */
  readonly logDeviation: Node
  /** V(e) `[batch, 1]`. */
  readonly value: Node

  constructor({ shapes }: TrainedNetwork, packed: Node, observations: Node) {
    this.parameters = unpack(packed, shapes)
    this.mean = mlp(this.parameters, "mu", observations, tanh)
    this.logDeviation = this.parameters.logDeviation
    this.value = mlp(this.parameters, "value", observations, tanh)
  }

  /** mu + sigma xi. */
  draw(noise: Node): Node {
    return add(this.mean, mul(noise, exp(this.logDeviation)))
  }

  /** log pi(a|e) `[batch, 1]` of unclipped actions. */
  logDensity(actions: Node): Node {
    const standardised = div(sub(actions, this.mean), exp(this.logDeviation))
    return reshape(gaussianLogDensity(standardised, this.logDeviation), [actions.shape[0], 1])
  }
}

/** Actions of the role for a batch of `rows`, within its bounds where `isClipped`; the mean where `noise` is zero. */
export const actProgram = (
  network: TrainedNetwork,
  { observationScaling }: PpoConfig,
  { role }: AgentContext,
  rows: number,
  isClipped: boolean
): Program =>
  program({
    state: { policy: packedShape(network.shapes) },
    inputs: { observations: [rows, role.observation.width], noise: [rows, role.action.width] },
    build: (state, { observations, noise }) => {
      const scaled = scaleObservations(observations, role.observation, observationScaling)
      const drawn = new GaussianPolicy(network, state.policy, scaled).draw(noise)
      return { outputs: { actions: fromUnitBox(isClipped ? clip(drawn, -1, 1) : drawn, asBox(role.action)) } }
    }
  })
