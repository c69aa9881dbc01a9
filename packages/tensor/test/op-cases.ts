import * as g from "../src/graph.ts"
import type { ElementType, Node, OpName } from "../src/node.ts"
import type { Shape } from "../src/shape.ts"

/** One use of an op: inputs with the interval that their values come from, and the graph on them. */
export interface OpCase {
  readonly inputs: Readonly<Record<string, CaseInput>>
  readonly build: (inputs: Readonly<Record<string, Node>>) => Node
  /** False where nothing can flow back: the result is a condition, or a step function by definition. */
  readonly isDifferentiable?: boolean
}

interface CaseInput {
  readonly shape: Shape
  readonly low?: number
  readonly high?: number
  readonly elementType?: ElementType
  /** Values closer than this to 0 are moved away: a kink lies there. */
  readonly awayFromZero?: number
}

const AB = { a: { shape: [3, 4] }, b: { shape: [3, 4] } }
const STRETCHED = { a: { shape: [3, 4] }, b: { shape: [4] } }
const POSITIVE = { x: { shape: [3, 4], low: 0.5, high: 2 } }
const PLAIN = { x: { shape: [3, 4] } }
const KINKED = { x: { shape: [3, 4], awayFromZero: 0.05 } }

const binary = (op: (a: Node, b: Node) => Node): readonly OpCase[] => [
  { inputs: AB, build: ({ a, b }) => op(a, b) },
  { inputs: STRETCHED, build: ({ a, b }) => op(a, b) },
  { inputs: { a: { shape: [2, 1, 3] }, b: { shape: [4, 1] } }, build: ({ a, b }) => op(b, a) }
]
const unary = (op: (x: Node) => Node, inputs: OpCase["inputs"] = PLAIN): readonly OpCase[] => [
  { inputs, build: ({ x }) => op(x) }
]
const condition = (op: (a: Node, b: Node) => Node): readonly OpCase[] =>
  binary((a, b) => g.cast(op(a, b))).map((one) => ({ ...one, isDifferentiable: false }))

const transposes = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB }))
)

const products = (leading: Shape, withSum: boolean): readonly OpCase[] =>
  transposes.map((options) => ({
    inputs: {
      a: { shape: [...leading, ...(options.transposeA ? [5, 3] : [3, 5])] },
      b: { shape: [...leading, ...(options.transposeB ? [2, 5] : [5, 2])] },
      c: { shape: withSum ? [2] : [1] }
    },
    build: ({ a, b, c }) => (withSum ? g.affine(a, b, c, options) : g.mul(g.matmul(a, b, options), c))
  }))

const reductions = (op: typeof g.sum): readonly OpCase[] => [
  { inputs: PLAIN, build: ({ x }) => op(x) },
  { inputs: { x: { shape: [2, 3, 4] } }, build: ({ x }) => op(x, [0, -1]) },
  { inputs: { x: { shape: [2, 3, 4] } }, build: ({ x }) => op(x, [1], true) }
]

/** At least one case for every op: a new op without one does not compile. */
export const opCases: { readonly [K in OpName]: readonly OpCase[] } = {
  input: unary((x) => x),
  constant: unary((x) => g.add(x, g.constant([1, 2, 3, 4], [4]))),
  add: binary(g.add),
  sub: binary(g.sub),
  mul: binary(g.mul),
  div: [
    { inputs: { a: { shape: [3, 4] }, b: { shape: [3, 4], low: 0.5, high: 2 } }, build: ({ a, b }) => g.div(a, b) },
    { inputs: { a: { shape: [4] }, b: { shape: [3, 1], low: -2, high: -0.5 } }, build: ({ a, b }) => g.div(a, b) }
  ],
  minimum: binary(g.minimum),
  maximum: binary(g.maximum),
  neg: unary(g.neg),
  exp: unary(g.exp),
  log: unary(g.log, POSITIVE),
  sqrt: unary(g.sqrt, POSITIVE),
  abs: unary(g.abs, KINKED),
  sign: unary(g.sign, KINKED),
  tanh: unary(g.tanh),
  sigmoid: unary(g.sigmoid),
  relu: unary(g.relu, KINKED),
  heaviside: unary(g.heaviside, KINKED),
  power: [2, 3, -1, 0.5, 1.5].flatMap((exponent) => unary((x) => g.power(x, exponent), POSITIVE)),
  clip: [
    ...unary((x) => g.clip(x, -1, 1), { x: { shape: [3, 4], low: -0.99, high: 0.99 } }),
    ...unary((x) => g.clip(x, -1, 1), { x: { shape: [3, 4], low: 1.01, high: 2 } }),
    ...unary((x) => g.clip(x, -0.5, 2, "inward"), { x: { shape: [3, 4], low: -0.49, high: 1.99 } })
  ],
  greater: condition(g.greater),
  greaterEqual: condition(g.greaterEqual),
  equal: condition(g.equal),
  cast: [
    { inputs: PLAIN, build: ({ x }) => g.cast(g.greater(x, 0.5)), isDifferentiable: false },
    {
      inputs: { i: { shape: [5], low: 0, high: 9, elementType: "int32" } },
      build: ({ i }) => g.cast(i),
      isDifferentiable: false
    }
  ],
  select: [
    {
      inputs: { ...AB, x: { shape: [4], awayFromZero: 0.05 } },
      build: ({ a, b, x }) => g.select(g.greater(x, 0), a, b)
    }
  ],
  matmul: [...products([], false), ...products([2], false)],
  affine: [
    ...products([], true),
    ...products([2], true),
    {
      inputs: { a: { shape: [3, 5] }, b: { shape: [5, 2] }, c: { shape: [3, 2] } },
      build: ({ a, b, c }) => g.affine(a, b, c)
    }
  ],
  sum: reductions(g.sum),
  mean: reductions(g.mean),
  max: reductions(g.max),
  broadcast: [{ inputs: { x: { shape: [3, 1] } }, build: ({ x }) => g.broadcast(x, [2, 3, 4]) }],
  reshape: unary((x) => g.reshape(x, [2, 6])),
  transpose: [
    ...unary((x) => g.transpose(x)),
    { inputs: { x: { shape: [2, 3, 4] } }, build: ({ x }) => g.transpose(x, [2, 0, 1]) }
  ],
  concat: [
    { inputs: { a: { shape: [3, 2] }, b: { shape: [3, 4] } }, build: ({ a, b }) => g.concat([a, b, a], 1) },
    { inputs: AB, build: ({ a, b }) => g.concat([a, b], 0) }
  ],
  slice: [
    ...unary((x) => g.slice(x, [1, 0], [2, 3])),
    ...unary((x) => g.sliceAxis(x, 1, 1, 2)),
    // blocks in another order, with a gap, and one that overlaps others
    ...unary((x) =>
      g.concat([g.sliceAxis(x, 1, 3, 1), g.sliceAxis(x, 1, 0, 1), g.sliceAxis(x, 1, 1, 1), g.sliceAxis(x, 1, 0, 2)], 1)
    )
  ],
  pad: unary((x) => g.pad(x, [1, 0], [0, 2])),
  gatherRows: [
    {
      inputs: { x: { shape: [4, 3] }, i: { shape: [5], low: 0, high: 3, elementType: "int32" } },
      build: ({ x, i }) => g.gatherRows(x, i)
    }
  ],
  oneHot: [
    {
      inputs: { i: { shape: [5], low: 0, high: 3, elementType: "int32" } },
      build: ({ i }) => g.oneHot(i, 4),
      isDifferentiable: false
    }
  ],
  stopGradient: [{ inputs: PLAIN, build: ({ x }) => g.stopGradient(g.exp(x)), isDifferentiable: false }],
  withDerivative: unary((x) => g.withDerivative(g.exp(x), x, g.exp(x))),
  after: unary((x) => g.after(g.exp(x), g.neg(x)))
}
