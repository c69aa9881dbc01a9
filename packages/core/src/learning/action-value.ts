import { concat, mlp, mlpShapes, type NamedNodes, type Node, relu, type Shape } from "@twinpact/tensor"

/** Parameters of `heads` independent critics Q_1 .. on [observation, action]: multilayer perceptrons with ReLU. */
export const actionValueShapes = (
  widths: { readonly observation: number; readonly action: number; readonly hidden: readonly number[] },
  heads: number
): Readonly<Record<string, Shape>> =>
  Object.assign(
    {},
    ...Array.from({ length: heads }, (_, head) =>
      mlpShapes(`q${head + 1}`, [widths.observation + widths.action, ...widths.hidden, 1])
    )
  )

/** Q_1(e, a) .. `[batch, 1]` of every critic among `parameters`. */
export const actionValues = (parameters: NamedNodes, observations: Node, actions: Node): readonly Node[] => {
  const inputs = concat([observations, actions], 1)
  const values: Node[] = []
  for (let head = 1; `q${head}.0.weight` in parameters; head++) {
    values.push(mlp(parameters, `q${head}`, inputs, relu))
  }
  return values
}
