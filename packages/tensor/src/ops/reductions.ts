import { ShapeError } from "../errors.ts"
import { broadcast, cast, div, equal, keptShape, mul, reshape, sum } from "../graph.ts"
import type { Node, ReduceAttributes } from "../node.ts"
import { reduceShape, sizeOf } from "../shape.ts"
import type { Rule, Rules } from "./rule.ts"

type Reduction = "sum" | "mean" | "max"

const reduction = <K extends Reduction>(
  op: K,
  onnx: string,
  tensorflow: string,
  vjp: (x: Node, y: Node, g: Node) => Node
): Rule<K> => ({
  infer: ([x], attributes: ReduceAttributes) => {
    if (x.elementType !== "float32") throw new ShapeError(`${op}: expected float32, found ${x.elementType}`)
    return { elementType: "float32", shape: reduceShape(x.shape, attributes.axes, attributes.keepDimensions) }
  },
  vjp: (node, g) => {
    const { axes }: ReduceAttributes = node.attributes
    const x = node.inputs[0]
    return [vjp(x, reshape(node, keptShape(x, axes)), reshape(g, keptShape(x, axes)))]
  },
  onnx: (emitter, node, [x]) => {
    const { axes, keepDimensions }: ReduceAttributes = node.attributes
    if (axes.length === 0) return x
    const keepdims = { int: keepDimensions ? 1 : 0 }
    // opset 18: ReduceSum, ReduceMean and ReduceMax take their axes as an input
    return emitter.node(onnx, [x, emitter.integers(axes)], { keepdims })
  },
  tensorflow: (emitter, node, [x]) => {
    const { axes, keepDimensions }: ReduceAttributes = node.attributes
    if (axes.length === 0) return x
    const attributes = { T: { type: node.elementType }, keep_dims: { flag: keepDimensions } }
    return emitter.node(`${tensorflow}:output`, [x, emitter.integers(axes)], attributes)
  }
})

export const reductionRules: Rules<Reduction> = {
  sum: reduction("sum", "ReduceSum", "Sum", (x, _, g) => broadcast(g, x.shape)),
  mean: reduction("mean", "ReduceMean", "Mean", (x, _, g) =>
    broadcast(mul(g, sizeOf(g.shape) / sizeOf(x.shape)), x.shape)
  ),
  max: reduction("max", "ReduceMax", "Max", (x, y, g) => {
    const isLargest = cast(equal(x, y))
    const axes = x.shape.flatMap((extent, i) => (y.shape[i] !== extent ? [i] : []))
    return mul(isLargest, div(g, sum(isLargest, axes, true)))
  })
}
