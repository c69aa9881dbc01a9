import { ShapeError } from "../errors.ts"
import { add, div, heaviside, mul, neg, power, select, sign, sub } from "../graph.ts"
import type { ElementType, Node, TensorType } from "../node.ts"
import { broadcastShapes } from "../shape.ts"
import type { OnnxEmitter, Rule, Rules, TensorflowEmitter } from "./rule.ts"

type Binary = "add" | "sub" | "mul" | "div" | "minimum" | "maximum"
type Compare = "greater" | "greaterEqual" | "equal"
type Unary =
  | "neg"
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "sign"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "heaviside"
  | "stopGradient"

const inferBinary =
  (op: Binary | Compare, result?: ElementType) =>
  ([a, b]: readonly TensorType[]): TensorType => {
    if (a.elementType !== b.elementType || a.elementType === "bool") {
      throw new ShapeError(
        `${op}: expected two tensors of numbers of one kind, found ${a.elementType} and ${b.elementType}`
      )
    }
    return { elementType: result ?? a.elementType, shape: broadcastShapes(a.shape, b.shape, op) }
  }

const binary = <K extends Binary>(
  op: K,
  onnx: string,
  tensorflow: string,
  vjp: (a: Node, b: Node, g: Node, y: Node) => readonly Node[]
): Rule<K> => ({
  infer: inferBinary(op),
  vjp: (node, g) => vjp(node.inputs[0], node.inputs[1], g, node),
  onnx: (emitter, _, inputs) => emitter.node(onnx, inputs),
  tensorflow: (emitter, node, inputs) => emitter.node(`${tensorflow}:z`, inputs, { T: { type: node.elementType } })
})

const compare = <K extends Compare>(op: K, onnx: string, tensorflow: string): Rule<K> => ({
  infer: inferBinary(op, "bool"),
  vjp: () => [null, null],
  onnx: (emitter, _, inputs) => emitter.node(onnx, inputs),
  tensorflow: (emitter, node, inputs) =>
    emitter.node(`${tensorflow}:z`, inputs, { T: { type: node.inputs[0].elementType } })
})

type Emit<Emitter> = (emitter: Emitter, x: string) => string

const unary = <K extends Unary>(
  op: K,
  onnx: string | Emit<OnnxEmitter>,
  tensorflow: `${string}:${string}` | Emit<TensorflowEmitter>,
  vjp: (x: Node, g: Node, y: Node) => Node | null
): Rule<K> => ({
  infer: ([x]) => {
    if (x.elementType !== "float32") throw new ShapeError(`${op}: expected float32, found ${x.elementType}`)
    return x
  },
  vjp: (node, g) => [vjp(node.inputs[0], g, node)],
  onnx: (emitter, _, [x]) => (typeof onnx === "string" ? emitter.node(onnx, [x]) : onnx(emitter, x)),
  tensorflow: (emitter, _, [x]) =>
    typeof tensorflow === "string" ? emitter.node(tensorflow, [x], FLOAT) : tensorflow(emitter, x)
})

const FLOAT = { T: { type: "float32" } } as const

/** d min(a, b): the smaller side gets the cotangent, each half of it at equality: g (1 + 1[a < b] - 1[b < a]) / 2. */
const vjpOfMinimum = (a: Node, b: Node, g: Node): readonly Node[] => {
  const lean = mul(sub(heaviside(sub(b, a)), heaviside(sub(a, b))), 0.5)
  return [mul(g, add(0.5, lean)), mul(g, sub(0.5, lean))]
}

/** Steep enough that every normal number saturates: max(0, min(1, alpha x + beta)) in one vectorised pass. */
const STEEP = 3.4e38

export const elementwiseRules: Rules<Binary | Compare | Unary | "power" | "clip" | "cast" | "select"> = {
  add: binary("add", "Add", "AddV2", (_a, _b, g) => [g, g]),
  sub: binary("sub", "Sub", "Sub", (_a, _b, g) => [g, neg(g)]),
  mul: binary("mul", "Mul", "Mul", (a, b, g) => [mul(g, b), mul(g, a)]),
  div: binary("div", "Div", "RealDiv", (_a, b, g, y) => [div(g, b), neg(div(mul(g, y), b))]),
  minimum: binary("minimum", "Min", "Minimum", vjpOfMinimum),
  maximum: binary("maximum", "Max", "Maximum", (a, b, g) => vjpOfMinimum(b, a, g)),
  greater: compare("greater", "Greater", "Greater"),
  greaterEqual: compare("greaterEqual", "GreaterOrEqual", "GreaterEqual"),
  equal: compare("equal", "Equal", "Equal"),
  neg: unary("neg", "Neg", "Neg:y", (_, g) => neg(g)),
  exp: unary("exp", "Exp", "Exp:y", (_, g, y) => mul(g, y)),
  log: unary("log", "Log", "Log:y", (x, g) => div(g, x)),
  sqrt: unary("sqrt", "Sqrt", "Sqrt:y", (_, g, y) => div(mul(g, 0.5), y)),
  abs: unary("abs", "Abs", "Abs:y", (x, g) => mul(g, sign(x))),
  // ONNX Runtime's Sign is scalar code; a steep clipped line is one vectorised pass
  sign: unary(
    "sign",
    (emitter, x) => {
      const half = emitter.node("HardSigmoid", [x], { alpha: { float: STEEP }, beta: { float: 0.5 } })
      const centred = emitter.node("Sub", [half, emitter.floats([0.5], [])])
      return emitter.node("Mul", [centred, emitter.floats([2], [])])
    },
    "Sign:y",
    () => null
  ),
  tanh: unary("tanh", "Tanh", "Tanh:y", (_, g, y) => mul(g, sub(1, power(y, 2)))),
  sigmoid: unary("sigmoid", "Sigmoid", "Sigmoid:y", (_, g, y) => mul(g, mul(y, sub(1, y)))),
  relu: unary("relu", "Relu", "Relu:activations", (_, g, y) => mul(g, heaviside(y))),
  heaviside: unary(
    "heaviside",
    (emitter, x) => emitter.node("HardSigmoid", [x], { alpha: { float: STEEP }, beta: { float: 0 } }),
    (emitter, x) => {
      const isPositive = emitter.node("Greater:z", [x, emitter.floats([0], [])], FLOAT)
      return emitter.node("Cast:y", [isPositive], { SrcT: { type: "bool" }, DstT: { type: "float32" } })
    },
    () => null
  ),
  stopGradient: unary(
    "stopGradient",
    (_, x) => x,
    (_, x) => x,
    () => null
  ),

  power: {
    infer: ([x]) => x,
    vjp: ({ inputs: [x], attributes: { exponent } }, g) => [mul(g, mul(power(x, exponent - 1), exponent))],
    onnx: (emitter, { attributes: { exponent } }, [x]) => {
      if (exponent === 2) return emitter.node("Mul", [x, x])
      if (exponent === -1) return emitter.node("Reciprocal", [x])
      if (exponent === 0.5) return emitter.node("Sqrt", [x])
      return emitter.node("Pow", [x, emitter.floats([exponent], [])])
    },
    tensorflow: (emitter, { attributes: { exponent } }, [x]) => {
      if (exponent === 2) return emitter.node("Square:y", [x], FLOAT)
      if (exponent === -1) return emitter.node("Reciprocal:y", [x], FLOAT)
      if (exponent === 0.5) return emitter.node("Sqrt:y", [x], FLOAT)
      return emitter.node("Pow:z", [x, emitter.floats([exponent], [])], FLOAT)
    }
  },

  clip: {
    infer: ([x], { low, high }) => {
      if (!(low <= high)) throw new ShapeError(`clip: expected low <= high, found ${low} and ${high}`)
      return x
    },
    vjp: (node, g) => {
      const { low, high, gradient } = node.attributes
      const [x] = node.inputs
      if (gradient === "zero") return [mul(g, sub(sub(1, heaviside(sub(x, high))), heaviside(sub(low, x))))]
      // the way back to the interval and the cotangent have one sign where a descent step would lead further out
      return [mul(g, sub(1, heaviside(mul(sub(node, x), g))))]
    },
    onnx: (emitter, { attributes: { low, high } }, [x]) =>
      emitter.node("Clip", [x, emitter.floats([low], []), emitter.floats([high], [])]),
    tensorflow: (emitter, { attributes: { low, high } }, [x]) =>
      emitter.node("ClipByValue:output", [x, emitter.floats([low], []), emitter.floats([high], [])], FLOAT)
  },

  cast: {
    infer: ([x], { to }) => ({ elementType: to, shape: x.shape }),
    vjp: () => [null],
    onnx: (emitter, _, inputs) => emitter.node("Cast", inputs, { to: { int: 1 } }),
    tensorflow: (emitter, { inputs: [{ elementType }], attributes: { to } }, inputs) =>
      emitter.node("Cast:y", inputs, { SrcT: { type: elementType }, DstT: { type: to } })
  },

  select: {
    infer: ([condition, a, b]) => {
      if (condition.elementType !== "bool") {
        throw new ShapeError(`select: expected a condition of bool, found ${condition.elementType}`)
      }
      const { elementType, shape } = inferBinary("add")([a, b])
      return { elementType, shape: broadcastShapes(condition.shape, shape, "select") }
    },
    vjp: ({ inputs: [condition] }, g) => [null, select(condition, g, 0), select(condition, 0, g)],
    onnx: (emitter, _, inputs) => emitter.node("Where", inputs),
    tensorflow: (emitter, { elementType }, inputs) =>
      emitter.node("SelectV2:output", inputs, { T: { type: elementType } })
  }
}
