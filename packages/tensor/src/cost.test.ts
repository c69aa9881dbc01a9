import { expect, test } from "vitest"
import { cost } from "./cost.ts"
import * as g from "./graph.ts"
import { program } from "./program.ts"

test("counts products exactly, forward and backward", () => {
  const layer = program({
    state: { w: [5, 7] },
    inputs: { x: [3, 5] },
    build: ({ w }, { x }) => ({ outputs: { y: g.relu(g.matmul(x, w)) } })
  })
  expect(cost(layer)).toEqual({
    multiplyAccumulates: 3 * 5 * 7,
    bytes: 4 * (15 + 35 + 21) + 4 * (21 + 21),
    byOp: {
      matmul: { nodes: 1, multiplyAccumulates: 105, bytes: 4 * (15 + 35 + 21) },
      relu: { nodes: 1, multiplyAccumulates: 0, bytes: 4 * 42 }
    }
  })
})

test("transposes do not change the count", () => {
  for (const [a, b, options] of [
    [[2, 3, 5], [2, 5, 7], {}],
    [[2, 5, 3], [2, 5, 7], { transposeA: true }],
    [[2, 3, 5], [2, 7, 5], { transposeB: true }]
  ] as const) {
    const product = program({
      state: {},
      inputs: { a, b },
      build: (_, { a, b }) => ({ outputs: { y: g.matmul(a, b, options) } })
    })
    expect(cost(product).multiplyAccumulates).toBe(2 * 3 * 5 * 7)
  }
})
