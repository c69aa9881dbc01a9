import { describe, expect, test } from "vitest"
import { twoTypes } from "../../test/contract-instances.ts"
import { batchOfOne } from "../contract/contract-instance.ts"
import { secondBest } from "../contract/second-best.ts"
import { boundedRationalResponse, type DeviceResponse, dishonestResponse, rationalResponse } from "./device-response.ts"
import { createResponseTotals } from "./response-totals.ts"

const batch = batchOfOne(twoTypes)
const menu = secondBest(twoTypes, { margin: 0.1 })

const answer = (respond: DeviceResponse) => {
  const totals = createResponseTotals(1)
  respond(batch, menu, batch.typeProbabilities, totals)
  return totals
}

describe("device responses", () => {
  test("bounded rationality without temperature is rationality", () => {
    expect(answer(boundedRationalResponse(2, 0))).toEqual(answer(rationalResponse(2)))
    const nearly = answer(boundedRationalResponse(2, 1e-7))
    expect(nearly.serverUtility[0]).toBeCloseTo(answer(rationalResponse(2)).serverUtility[0], 6)
  })

  test("bounded rationality weighs items by the exponential of their utility", () => {
    const { serverUtility, participation } = answer(boundedRationalResponse(2, 0.05))
    const scale = 0.05 * 30 * 3164.0625
    const profit = (n: number) => 25 * Math.sqrt(menu.dataSizes[n]) - menu.payments[n]
    let utility = 0
    let stayOut = 0
    for (const psi of [75, 225]) {
      const weights = [0, 1].map((n) =>
        Math.exp((0.6 * psi * menu.payments[n] - 30 * menu.dataSizes[n] - 0.01) / scale)
      )
      const sum = 1 + weights[0] + weights[1]
      utility += (5 * (weights[0] * profit(0) + weights[1] * profit(1))) / sum
      stayOut += 0.5 / sum
    }
    expect(serverUtility[0]).toBeCloseTo(utility, 8)
    expect(participation[0]).toBeCloseTo(1 - stayOut, 12)
  })

  test("dishonesty that never happens, or does nothing, is rationality", () => {
    const rational = answer(rationalResponse(2)).serverUtility[0]
    const never = { probability: 0, qualityShare: 0, detectionProbability: 0.5 }
    expect(answer(dishonestResponse(2, never)).serverUtility[0]).toBeCloseTo(rational, 9)
    const harmless = { probability: 0.3, qualityShare: 1, detectionProbability: 0 }
    expect(answer(dishonestResponse(2, harmless)).serverUtility[0]).toBeCloseTo(rational, 9)
  })

  test("dishonest devices take the best paid item and deliver nothing", () => {
    const { serverUtility } = answer(
      dishonestResponse(2, { probability: 1, qualityShare: 0, detectionProbability: 0.5 })
    )
    expect(serverUtility[0]).toBeCloseTo(10 * -0.5 * menu.payments[1], 9)
  })
})
