import { expect, test } from "vitest"
import { axisColumns, label } from "./axis-columns.ts"

const configuration = (axes: Record<string, unknown>, agents: Record<string, { name: string }>) => ({
  axes,
  environment: { name: "contract" },
  agents
})

test("a label names what was chosen and how it was set", () => {
  expect(label("optimal")).toBe("optimal")
  expect(label({ name: "optimal", margin: 0.02 })).toBe("optimal(margin=0.02)")
  expect(label({ name: "optimal" })).toBe("optimal")
  expect(label(true)).toBe("true")
  expect(label([1, 2])).toBe("[1,2]")
})

test("one column per axis, empty where it does not apply", () => {
  const rows = [
    configuration({ agent: "sac", "agent.learningRate": 0.1 }, {}),
    configuration({ agent: "random" }, { only: { name: "random" } })
  ]
  const { names, cells } = axisColumns(rows)
  expect(names).toEqual(["agent", "agent.learningRate"])
  expect(rows.map(cells)).toEqual([
    ["sac", "0.1"],
    ["random", ""]
  ])
})

test("without axes the agents are named", () => {
  const one = configuration({}, { server: { name: "optimal" } })
  expect(axisColumns([one]).cells(one)).toEqual(["optimal"])
  const two = configuration({}, { server: { name: "optimal" }, device: { name: "random" } })
  expect(axisColumns([two]).cells(two)).toEqual(["server: optimal, device: random"])
})
