import { ShapeError } from "../errors.ts"
import { mul } from "../graph.ts"
import { isSameShape, printShape } from "../shape.ts"
import type { Rules } from "./rule.ts"

/** `input`, `constant`, and the nodes that say how a value is differentiated and when it is computed. */
export const leafRules: Rules<"input" | "constant" | "withDerivative" | "after"> = {
  input: {
    infer: (_, { type }) => type,
    vjp: () => [],
    onnx: (_emitter, { attributes: { name } }) => name,
    tensorflow: (emitter, { attributes: { name } }) => emitter.input(name)
  },
  constant: {
    infer: (_, { values, shape }) => ({ elementType: values instanceof Int32Array ? "int32" : "float32", shape }),
    vjp: () => [],
    onnx: (emitter, { attributes: { values, shape } }) =>
      values instanceof Int32Array ? emitter.indices(values, shape) : emitter.floats(values, shape),
    tensorflow: (emitter, { attributes: { values, shape } }) =>
      values instanceof Int32Array ? emitter.integers(values, shape) : emitter.floats(values, shape)
  },
  withDerivative: {
    infer: ([value, x, derivative]) => {
      if (!isSameShape(value.shape, x.shape) || !isSameShape(value.shape, derivative.shape)) {
        const found = [value, x, derivative].map(({ shape }) => printShape(shape)).join(", ")
        throw new ShapeError(`withDerivative: expected three tensors of one shape, found ${found}`)
      }
      return value
    },
    vjp: ({ inputs: [, , derivative] }, g) => [null, mul(g, derivative), null],
    onnx: (_emitter, _node, [value]) => value,
    tensorflow: (_emitter, _node, [value]) => value
  },
  after: {
    infer: ([value, first]) => {
      if (!isSameShape(value.shape, first.shape)) {
        throw new ShapeError(
          `after: expected two tensors of one shape, found ${printShape(value.shape)} and ${printShape(first.shape)}`
        )
      }
      return value
    },
    vjp: (_, g) => [g, null],
    // a reshape to the same shape is an alias; taking that shape from `first` makes the runtime compute `first` before
    onnx: (emitter, _, [value, first]) => emitter.node("Reshape", [value, emitter.node("Shape", [first])]),
    tensorflow: (_emitter, _node, [value]) => value
  }
}
