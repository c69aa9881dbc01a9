import { gradient } from "../src/gradient.ts"
import { constant, input, mul, sum } from "../src/graph.ts"
import type { Node } from "../src/node.ts"
import { sizeOf } from "../src/shape.ts"
import type { OpCase } from "./op-cases.ts"
import { interpret } from "./reference-interpreter.ts"

/** A small generator of its own (Park and Miller, 1988), so that tests repeat. */
export const makeRandom = (seed: number) => {
  let state = (seed % 2147483646) + 1
  const uniform = () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) }
}

/** Nodes and values of a case's inputs. */
export const instantiate = ({ inputs, build }: OpCase, seed: number, given?: Readonly<Record<string, Node>>) => {
  const random = makeRandom(seed)
  const nodes: Record<string, Node> = {}
  const values: Record<string, Float32Array | Int32Array> = {}
  for (const [name, { shape, low = -1.5, high = 1.5, elementType = "float32", awayFromZero = 0 }] of Object.entries(
    inputs
  )) {
    nodes[name] = given?.[name] ?? input(name, shape, elementType)
    const draw = () => {
      const x = low + (high - low) * random.uniform()
      return elementType === "int32" ? Math.round(x) : x + Math.sign(x) * awayFromZero
    }
    values[name] =
      elementType === "int32"
        ? Int32Array.from({ length: sizeOf(shape) }, draw)
        : Float32Array.from({ length: sizeOf(shape) }, draw)
  }
  const output = build(nodes)
  const weights = constant(
    Float32Array.from({ length: sizeOf(output.shape) }, () => random.normal()),
    output.shape
  )
  const loss = sum(mul(output, weights))
  const parameters = Object.values(nodes).filter(({ elementType }) => elementType === "float32")
  return { nodes, values, output, loss, parameters, gradients: gradient(loss, parameters) }
}

/** Central differences of the loss with respect to every element of every parameter, in float64. */
export const differences = (
  loss: Node,
  parameters: readonly Node[],
  values: Readonly<Record<string, ArrayLike<number>>>,
  step = 1e-6
) =>
  parameters.map((parameter) => {
    const { name } = (parameter as Node<"input">).attributes
    const base = Float64Array.from(values[name])
    return base.map((x, i) => {
      const at = (shifted: number) => {
        const changed = base.slice()
        changed[i] = shifted
        return interpret([loss], { ...values, [name]: changed })[0][0]
      }
      return (at(x + step) - at(x - step)) / (2 * step)
    })
  })

/** Largest |a - b| / max(1, |b|). */
export const largestError = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity
  let error = 0
  for (let i = 0; i < b.length; i++) {
    const distance = Object.is(a[i], b[i]) ? 0 : Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(b[i]))
    error = Math.max(error, Number.isNaN(distance) ? Infinity : distance)
  }
  return error
}
