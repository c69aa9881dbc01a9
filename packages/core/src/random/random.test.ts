import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { RngStream } from "./rng-stream.ts"
import { RngStreams } from "./rng-streams.ts"

const draw = (stream: RngStream, count: number) => Array.from({ length: count }, () => stream.uniform())

describe("streams", () => {
  // Golden numbers from an independent implementation of SHA-256 seeding and xoroshiro128+ in Python.
  test.each([
    [0, "init", [0.9960802585395436, 0.8166549551904758, 0.4462380953343906]],
    [7, "server/explore", [0.17747538698820775, 0.4657374867422278, 0.8215848482082669]],
    [12345, "environment", [0.3637975068439533, 0.6297960551492591, 0.5291505338514708]]
  ])("seed %d, stream %s", (seed, path, expected) => {
    expect(draw(new RngStreams(seed).get(path), 3)).toEqual(expected)
  })

  test("split families share one trial but no numbers", () => {
    const streams = new RngStreams(7)
    expect(streams.split("server").get("explore")).toBe(streams.get("server/explore"))
    expect(draw(streams.split("server").get("init"), 4)).not.toEqual(draw(streams.split("device").get("init"), 4))
  })

  property.prop([fc.integer(), fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 })])(
    "a new consumer shifts no other",
    (seed, others) => {
      const streams = new RngStreams(seed)
      const seen: number[] = []
      for (const other of others) {
        streams.get(other).uniform()
        seen.push(streams.get("init").uniform())
      }
      expect(seen).toEqual(draw(new RngStreams(seed).get("init"), others.length))
    }
  )

  test("restore continues in the objects that consumers hold", () => {
    const streams = new RngStreams(3)
    const held = streams.split("server").get("init")
    held.uniform()
    const saved = streams.save()
    const expected = draw(held, 5)
    streams.restore(saved)
    expect(draw(held, 5)).toEqual(expected)
    const other = new RngStreams(99)
    other.restore(saved)
    expect(draw(other.get("server/init"), 5)).toEqual(expected)
  })

  test("refuses what is no seed and no state", () => {
    expect(() => new RngStreams(0.5)).toThrow("expected an integer seed, found 0.5")
    expect(() => new RngStream([0, 0, 0, 0])).toThrow("not all zero")
    expect(() => new RngStream([1, 2])).toThrow("expected a state of 4 integers")
  })
})

describe("distributions", () => {
  const COUNT = 200_000
  const moments = (sample: ArrayLike<number>) => {
    const values = Array.from(sample)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    const kurtosis = values.reduce((sum, x) => sum + (x - mean) ** 4, 0) / values.length / variance ** 2
    return { mean, variance, kurtosis }
  }

  test("uniform: mean 1/2, variance 1/12, bins even", () => {
    const sample = new Float64Array(COUNT)
    new RngStreams(1).get("x").fillUniform(sample)
    const { mean, variance } = moments(sample)
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * COUNT))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001)
    const bins = new Array<number>(100).fill(0)
    for (const x of sample) bins[Math.floor(x * 100)] += 1
    const chiSquare = bins.reduce((sum, n) => sum + (n - COUNT / 100) ** 2 / (COUNT / 100), 0)
    expect(chiSquare).toBeLessThan(150) // 99 degrees of freedom: exceeded once in 1,000 by chance
  })

  test("normal: mean 0, variance 1, kurtosis 3; one by one as in bulk", () => {
    const sample = new Float64Array(COUNT)
    new RngStreams(2).get("x").fillNormal(sample)
    const { mean, variance, kurtosis } = moments(sample)
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(COUNT))
    expect(Math.abs(variance - 1)).toBeLessThan(0.02)
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1)
    const single = new RngStreams(2).get("x")
    expect([single.normal(), single.normal()]).toEqual([sample[0], sample[1]])
  })

  test("normal: every layer of the ziggurat and both tails have their share", () => {
    // upper ends of ten bins of probability 1/10 of the half normal, and the tail beyond 3.442619855899
    const quantiles = [
      0.1256613, 0.2533471, 0.3853205, 0.5244005, 0.6744898, 0.8416212, 1.0364334, 1.2815516, 1.6448536
    ]
    const count = 2_000_000
    const sample = new Float64Array(count)
    new RngStreams(5).get("x").fillNormal(sample)
    const bins = new Array<number>(10).fill(0)
    let [tail, negative] = [0, 0]
    for (const x of sample) {
      const size = Math.abs(x)
      bins[quantiles.filter((edge) => size > edge).length] += 1
      if (size > 3.442619855899) tail += 1
      if (x < 0) negative += 1
    }
    const chiSquare = bins.reduce((sum, n) => sum + (n - count / 10) ** 2 / (count / 10), 0)
    expect(chiSquare).toBeLessThan(27.9) // 9 degrees of freedom: exceeded once in 1,000 by chance
    const expectedTail = count * 5.761e-4 // 2 (1 - Phi(3.442619855899))
    expect(Math.abs(tail - expectedTail)).toBeLessThan(4 * Math.sqrt(expectedTail))
    expect(Math.abs(negative - count / 2)).toBeLessThan(2 * Math.sqrt(count))
  })

  test("exponential: mean 1", () => {
    const stream = new RngStreams(3).get("x")
    const { mean } = moments(Float64Array.from({ length: COUNT }, () => stream.exponential()))
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(COUNT))
  })

  property.prop([fc.integer(), fc.integer({ min: 1, max: 50 })])("integer stays in 0..bound-1", (seed, bound) => {
    const stream = new RngStreams(seed).get("x")
    for (let i = 0; i < 50; i++) {
      const x = stream.integer(bound)
      expect(Number.isInteger(x) && x >= 0 && x < bound).toBe(true)
    }
  })
})
