import { expect, test } from "vitest"
import newsvendor from "./index.ts"

const play = (order: (cost: number) => number) => {
  const environment = newsvendor.create({ price: 2, maximumCost: 1.5 })
  environment.reset({ evaluation: environment.evaluationSet(1, 1000) })
  const costs = environment.observe()
  return environment.step(Float32Array.from(costs, (share) => 2 * order(share) - 1))[0]
}

test("the critical fractile scores 1, and no other order more", () => {
  for (const score of play((share) => 1 - share).scores ?? []) expect(score).toBeCloseTo(1, 6)
  for (let order = 0; order <= 1; order += 0.05) {
    for (const score of play(() => order).scores ?? []) expect(score).toBeLessThanOrEqual(1 + 1e-6)
  }
})

test("expected profit by hand: price 2, ordering 0.5 earns 0.75 less its cost", () => {
  const { rewards } = play(() => 0.5)
  const environment = newsvendor.create({ price: 2, maximumCost: 1.5 })
  environment.reset({ evaluation: environment.evaluationSet(1, 1000) })
  const shares = environment.observe()
  for (let i = 0; i < 1000; i++) expect(rewards[i]).toBeCloseTo(0.75 - 0.5 * 2 * shares[i], 6)
})
