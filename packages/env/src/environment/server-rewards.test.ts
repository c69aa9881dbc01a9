import { RngStreams } from "@twinpact/core"
import { describe, expect, test } from "vitest"
import { twoTypes } from "../../test/contract-instances.ts"
import { contractSettings } from "../../test/contract-settings.ts"
import { batchOfOne } from "../contract/contract-instance.ts"
import { createMenu } from "../contract/contract-menu.ts"
import { secondBest } from "../contract/second-best.ts"
import { boxDecoder } from "../decoding/box-decoder.ts"
import { createResponseTotals } from "../response/response-totals.ts"
import { assessMenus, createMenuAssessment } from "./menu-assessment.ts"
import { fillServerRewards } from "./server-rewards.ts"

const batch = batchOfOne(twoTypes)

/** The penalised utility of box actions of the instance `twoTypes`. */
const penalisedUtility = (penaltyWeight: number): ((action: Float64Array) => number) => {
  const settings = contractSettings({ reward: "penalty", penaltyWeight, rewardScale: 1 })
  const decoder = boxDecoder(2, { dataSize: 8100, payment: 1700 })
  const menu = createMenu(2)
  const assessment = createMenuAssessment(1)
  const totals = createResponseTotals(1)
  const rewards = new Float64Array(1)
  return (action) => {
    decoder.decode(batch, 0, action, menu)
    assessMenus(batch, menu, batch.typeProbabilities, assessment)
    fillServerRewards(settings, totals, assessment, rewards)
    return rewards[0]
  }
}

/** The best action found by random search, then by steps of shrinking size around it. */
const search = (value: (action: Float64Array) => number, trials: number): number => {
  const rngStream = new RngStreams(1).get("search")
  let best = -Infinity
  let around = new Float64Array(4)
  const candidate = new Float64Array(4)
  for (let trial = 0; trial < trials; trial++) {
    const radius = trial < trials / 2 ? 1 : 10 ** ((-5 * (2 * trial - trials)) / trials)
    for (let j = 0; j < 4; j++) {
      const step = radius * (2 * rngStream.uniform() - 1)
      candidate[j] = radius === 1 ? step : Math.max(-1, Math.min(1, around[j] + step))
    }
    const found = value(candidate)
    if (found > best) {
      best = found
      around = candidate.slice()
    }
  }
  return best
}

describe("the reward penalty", () => {
  const { serverUtility: optimum } = secondBest(twoTypes)

  test("with weight 2 is never above the constrained optimum", () => {
    const best = search(penalisedUtility(2), 200_000)
    expect(best).toBeLessThanOrEqual(optimum)
    expect(best).toBeGreaterThan(0.9 * optimum)
  })

  test("with weight 0.5 pays for violating constraints", () => {
    expect(search(penalisedUtility(0.5), 200_000)).toBeGreaterThan(1.02 * optimum)
  })
})

test("rewards differ as documented on an infeasible menu", () => {
  // Type 1 lacks 0.0002 + 10/3 to take its item; type 2 gains from item 1.
  const menu = { dataSizes: Float64Array.of(100, 100), payments: Float64Array.of(63.3333333333, 23) }
  const assessment = createMenuAssessment(1)
  assessMenus(batch, menu, batch.typeProbabilities, assessment)
  const totals = createResponseTotals(1)
  totals.serverUtility[0] = 77
  const reward = (config: Record<string, unknown>) => {
    const rewards = new Float64Array(1)
    fillServerRewards(contractSettings({ rewardScale: 10, ...config }), totals, assessment, rewards)
    return rewards[0]
  }
  const promised = 10 * 0.5 * (2 * 250 - 63.3333333333 - 23)
  const shortfall = 100 / 1.5 - 63.3333333333 + 0.01 / 45 + (63.3333333333 - 23)
  expect(reward({ reward: "raw" })).toBeCloseTo(promised / 10, 9)
  expect(reward({ reward: "self-selection" })).toBeCloseTo(7.7, 12)
  expect(reward({ reward: "gate", gatePenalty: 5 })).toBeCloseTo(-0.5, 12)
  expect(reward({ reward: "penalty" })).toBeCloseTo((promised - 2 * 10 * shortfall) / 10, 6)
  expect([assessment.irViolations[0], assessment.icViolations[0]]).toEqual([1, 1])
})
