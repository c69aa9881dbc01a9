import { expect, test } from "vitest"
import { largestError, makeRandom } from "../../test/differentiate.ts"
import { interpret } from "../../test/reference-interpreter.ts"
import * as g from "../graph.ts"
import type { Node } from "../node.ts"
import { print } from "../print.ts"
import { optimise } from "./optimise.ts"

const random = makeRandom(1)
const values = Object.fromEntries(
  ["a", "b", "c"].map((name) => [name, Float64Array.from({ length: 12 }, random.normal)])
)
const [a, b, c] = [g.input("a", [4, 3]), g.input("b", [4, 3]), g.input("c", [4, 3])]

const expectSameNumbers = (built: Node): string => {
  const optimised = optimise([built])
  expect(largestError(interpret(optimised, values)[0], interpret([built], values)[0])).toBeLessThan(1e-12)
  return print(optimised)
}

test("a block of a product is the product of blocks, unless the rest is needed too", () => {
  const product = g.matmul(a, b, { transposeB: true })
  expect(expectSameNumbers(g.slice(product, [1, 2], [3, 2]))).toMatch(/= matmul .*\[3, 2\]/)
  expect(expectSameNumbers(g.add(g.slice(product, [0, 0], [4, 1]), g.sum(product)))).toMatch(/= matmul .*\[4, 4\]/)
  const accumulated = g.affine(a, b, g.matmul(c, b, { transposeB: true }), { transposeB: true })
  const text = expectSameNumbers(g.sliceAxis(accumulated, 1, 0, 3))
  expect(text).toMatch(/= matmul .*\[4, 3\]/)
  expect(text).toMatch(/= affine .*\[4, 3\]/)
})

test("a part of a concatenation is that part", () => {
  expect(expectSameNumbers(g.neg(g.sliceAxis(g.concat([a, b], 1), 1, 3, 3)))).not.toContain("concat")
  expect(expectSameNumbers(g.neg(g.sliceAxis(g.concat([a, b], 1), 1, 2, 3)))).toContain("concat")
})
