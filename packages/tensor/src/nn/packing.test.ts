import { expect, test } from "vitest"
import { largestError, makeRandom } from "../../test/differentiate.ts"
import { interpret } from "../../test/reference-interpreter.ts"
import { gradient } from "../gradient.ts"
import * as g from "../graph.ts"
import { relu } from "../graph.ts"
import type { Node } from "../node.ts"
import { print } from "../print.ts"
import { program } from "../program.ts"
import { linearOfConcat, mlp, mlpShapes } from "./linear.ts"
import { packedShape, packValues, unpack, unpackValues } from "./packing.ts"

const shapes = mlpShapes("net", [5, 4, 2])
const random = makeRandom(1)
const values = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [
    name,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random.normal)
  ])
)
const x = g.constant(Float32Array.from({ length: 15 }, random.normal), [3, 5])
const lossOf = (parameters: Readonly<Record<string, Node>>) => g.sum(g.square(mlp(parameters, "net", x, relu)))

test("packing is undone by unpacking", () => {
  expect(packedShape(shapes)).toEqual([5 * 4 + 4 + 4 * 2 + 2])
  expect(unpackValues(shapes, packValues(shapes, values))).toEqual(values)
  expect(() => packValues(shapes, { ...values, "net.0.bias": new Float32Array(3) })).toThrow(
    'tensor "net.0.bias" has 4 values, found 3'
  )
})

test("values and gradients are those of the tensors inside", () => {
  const parts = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape)]))
  const loss = lossOf(parts)
  const expected = interpret([loss, ...gradient(loss, Object.values(parts))], values)
  const packed = g.input("packed", packedShape(shapes))
  const packedLoss = lossOf(unpack(packed, shapes))
  const found = interpret([packedLoss, ...gradient(packedLoss, [packed])], { packed: packValues(shapes, values) })
  expect(largestError(found[0], expected[0])).toBeLessThan(1e-12)
  expect(largestError(found[1], Float64Array.from(expected.slice(1).flatMap((part) => [...part])))).toBeLessThan(1e-12)
})

test("the gradient of a packed vector is one concatenation, and what is sliced of it is copied once", () => {
  const { outputs } = program({
    state: { packed: packedShape(shapes) },
    inputs: { a: [3, 2], b: [1, 3] },
    build: ({ packed }, { a, b }) => {
      const parameters = unpack(packed, shapes)
      const hidden = relu(linearOfConcat([a, b], parameters["net.0.weight"], parameters["net.0.bias"]))
      const y = g.affine(hidden, parameters["net.1.weight"], parameters["net.1.bias"])
      const loss = g.sum(g.square(y))
      return { outputs: { slope: gradient(loss, [packed])[0] } }
    }
  })
  const text = print(Object.values(outputs))
  expect(text).not.toContain("= pad ")
  expect(text.split("\n").filter((line) => line.includes("= slice ")).length).toBe(5) // two blocks of rows, three tensors
})
