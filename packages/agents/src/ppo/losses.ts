import { type AgentContext, asBox } from "@twinpact/core"
import { descend, networkStateShapes, scaleObservations, type TrainedNetwork, toUnitBox } from "@twinpact/core/learning"
import {
  add,
  clip,
  exp,
  mean,
  minimum,
  mul,
  type Node,
  neg,
  type Program,
  packedShape,
  program,
  type Shape,
  squaredError,
  sub,
  sum
} from "@twinpact/tensor"
import type { PpoConfig } from "./config.ts"
import { GaussianPolicy } from "./networks.ts"

const HALF_LOG_TWO_PI_E = 0.5 * Math.log(2 * Math.PI * Math.E)

/** V(e) and log pi(a|e) of a batch under the present parameters. */
export const assessProgram = (network: TrainedNetwork, config: PpoConfig, { role }: AgentContext): Program =>
  program({
    state: { policy: packedShape(network.shapes) },
    inputs: {
      observations: [config.batchSize, role.observation.width],
      actions: [config.batchSize, role.action.width]
    },
    build: (state, { observations, actions }) => {
      const scaled = scaleObservations(observations, role.observation, config.observationScaling)
      const policy = new GaussianPolicy(network, state.policy, scaled)
      return { outputs: { value: policy.value, logDensity: policy.logDensity(toUnitBox(actions, asBox(role.action))) } }
    }
  })

/**
 * One gradient step (Schulman et al., 2017): with the ratio x = pi(a|e) / pi_old(a|e),
 *
 * L = -mean min(x A, clip(x, 1 - c, 1 + c) A) + value coefficient mean (V - R)^2 - entropy coefficient mean H.
 *
 * Actions are those that were drawn, before they were clipped to the bounds.
 */
export const updateProgram = (network: TrainedNetwork, config: PpoConfig, { role }: AgentContext): Program => {
  const { batchSize, clipRange, valueCoefficient, entropyCoefficient, maximumGradientNorm, observationScaling } = config
  const column: Shape = [batchSize, 1]
  return program({
    state: networkStateShapes(network),
    inputs: {
      observations: [batchSize, role.observation.width],
      actions: [batchSize, role.action.width],
      oldLogDensity: column,
      advantages: column,
      valueTargets: column,
      rate: []
    },
    build: (state, { observations, actions, oldLogDensity, advantages, valueTargets, rate }) => {
      const scaled = scaleObservations(observations, role.observation, observationScaling)
      const policy = new GaussianPolicy(network, state.policy, scaled)
      const logRatio = sub(policy.logDensity(toUnitBox(actions, asBox(role.action))), oldLogDensity)
      const ratio = exp(logRatio)
      const gain = minimum(mul(ratio, advantages), mul(clip(ratio, 1 - clipRange, 1 + clipRange), advantages))
      const policyLoss = neg(mean(gain))
      const valueLoss = squaredError(policy.value, valueTargets)
      const entropy: Node = sum(add(policy.logDeviation, HALF_LOG_TWO_PI_E))
      const loss = sub(add(policyLoss, mul(valueLoss, valueCoefficient)), mul(entropy, entropyCoefficient))
      const step = descend(network, loss, state, rate, { maximumNorm: maximumGradientNorm })
      return { outputs: { policyLoss, valueLoss, entropy, meanLogRatio: mean(logRatio) }, state: step.state }
    }
  })
}
