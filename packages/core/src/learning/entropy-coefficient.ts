import { add, exp, mean, mul, type NamedNodes, type Node, neg, reshape, scalar, stopGradient } from "@twinpact/tensor"
import { descend, networkStateShapes, type TrainedNetwork } from "./trained-network.ts"

/** log alpha, trained like a network of one parameter. */
const logCoefficient: TrainedNetwork = { name: "logEntropyCoefficient", shapes: { value: [1] }, hasTarget: false }

/** State tensors of an entropy coefficient that adapts. */
export const entropyCoefficientShapes = networkStateShapes(logCoefficient)

/** First values of that state. */
export const initialEntropyCoefficient = (coefficient: number): Record<string, Float32Array> => ({
  ...Object.fromEntries(Object.keys(entropyCoefficientShapes).map((name) => [name, new Float32Array(1)])),
  [logCoefficient.name]: Float32Array.of(Math.log(coefficient))
})

/** alpha, a scalar. */
export const entropyCoefficient = (state: NamedNodes): Node => exp(reshape(state[logCoefficient.name], []))

/**
 * One step on L = -log alpha mean(log pi + H), H the target entropy (Haarnoja et al., 2018): alpha grows while the
 * policy's entropy is below its target.
 *
 * @param logDensity log pi `[batch, 1]`, seen as a constant.
 */
export const adaptEntropyCoefficient = (
  state: NamedNodes,
  logDensity: Node,
  targetEntropy: number,
  learningRate: number
): NamedNodes => {
  const excess = mean(add(stopGradient(logDensity), targetEntropy))
  const loss = neg(mul(reshape(state[logCoefficient.name], []), excess))
  return descend(logCoefficient, loss, state, scalar(learningRate)).state
}
