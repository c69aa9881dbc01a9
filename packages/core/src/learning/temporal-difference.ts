import { add, minimum, mul, type Node, squaredError } from "@twinpact/tensor"

/** y = R + gamma (1 - terminated) V(e'): the target of a one-step return. All `[batch, 1]`. */
export const valueTarget = (rewards: Node, continues: Node, nextValue: Node, gamma: number): Node =>
  add(rewards, mul(mul(continues, gamma), nextValue))

/** sum over critics m of mean (Q_m - y)^2. */
export const criticLoss = (values: readonly Node[], target: Node): Node =>
  values.map((value) => squaredError(value, target)).reduce(add)

/** min over critics m of Q_m (Fujimoto et al., 2018). */
export const smallest = (values: readonly Node[]): Node => values.reduce(minimum)
