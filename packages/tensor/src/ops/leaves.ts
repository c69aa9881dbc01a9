import { ShapeError } from "../errors.ts"
import { isSameShape, printShape } from "../shape.ts"
import type { Rules } from "./rule.ts"

/** `input`, `constant`, and the node that gives a value a gradient of its own. */
export const leafRules: Rules<"input" | "constant" | "customGradient"> = {
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
  customGradient: {
    infer: ([value]) => value,
    vjp: ({ inputs: [, ...sources], attributes: { vjp } }, g) => {
      const cotangents = vjp(g, sources)
      cotangents.forEach((cotangent, i) => {
        if (cotangent !== null && !isSameShape(cotangent.shape, sources[i].shape)) {
          throw new ShapeError(
            `customGradient: expected a cotangent ${printShape(sources[i].shape)}, found ${printShape(cotangent.shape)}`
          )
        }
      })
      return [null, ...cotangents]
    },
    onnx: (_emitter, _node, [value]) => value,
    tensorflow: (_emitter, _node, [value]) => value
  }
}
