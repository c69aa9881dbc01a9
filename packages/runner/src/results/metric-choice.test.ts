import { expect, test } from "vitest"
import { UsageError } from "../errors.ts"
import { chooseMetrics } from "./metric-choice.ts"

test("the usual metrics that a study has, also with a role before them", () => {
  const names = ["episodeReturn", "score", "server/deviceUtility", "server/serverUtility", "unscoredShare"]
  expect(chooseMetrics(undefined, names)).toEqual(["score", "server/serverUtility", "server/deviceUtility"])
})

test("the return where there is nothing usual", () => {
  expect(chooseMetrics(undefined, ["episodeReturn", "x"])).toEqual(["episodeReturn"])
})

test("what was asked for, or the name that was meant", () => {
  expect(chooseMetrics(["x"], ["x", "y"])).toEqual(["x"])
  expect(() => chooseMetrics(["scor"], ["score"])).toThrow(new UsageError('no metric "scor"; did you mean "score"?'))
})
