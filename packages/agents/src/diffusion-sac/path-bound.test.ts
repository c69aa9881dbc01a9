import { compile, makeSchedule, mul, program } from "@twinpact/tensor"
import { expect, test } from "vitest"
import { pathBoundChain } from "./path-bound.ts"

const [STEPS, BATCH, WIDTH] = [3, 4, 2]

/** A denoiser that anyone can compute: 0.1 (k + 1) x. */
const share = (k: number): number => 0.1 * (k + 1)

const logGaussian = (x: number, mean: number, variance: number): number =>
  -((x - mean) ** 2) / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance)

test("action and bound agree with the densities written out one by one in double precision", async () => {
  const schedule = makeSchedule("vp", STEPS)
  const noise = Float32Array.from({ length: (STEPS + 1) * BATCH * WIDTH }, (_, i) => Math.sin(7 * i + 1) * 1.3)
  const chain = program({
    state: {},
    inputs: { noise: [STEPS + 1, BATCH, WIDTH] },
    build: (_, inputs) => {
      const result = pathBoundChain((x, k) => mul(x, share(k)), inputs.noise, schedule)
      return { outputs: { actions: result.actions, bound: result.logDensityBound! } }
    }
  })
  const compiled = await compile({ chain }, { threads: 1 })
  const { actions, bound } = await compiled.run("chain", { noise })
  for (let row = 0; row < BATCH; row++) {
    let expected = 0
    for (let component = 0; component < WIDTH; component++) {
      const draw = (j: number) => noise[(j * BATCH + row) * WIDTH + component]
      let x = draw(0)
      expected += logGaussian(x, 0, 1)
      for (let k = STEPS; k >= 1; k--) {
        const [beta, level] = [schedule.betas[k - 1], schedule.alphasCumprod[k]]
        const mean = (x - (beta / Math.sqrt(1 - level)) * share(k) * x) / Math.sqrt(1 - beta)
        const next = mean + Math.sqrt(beta) * draw(STEPS - k + 1)
        expected += logGaussian(next, mean, beta) - logGaussian(x, Math.sqrt(1 - beta) * next, beta)
        x = next
      }
      expected -= Math.log(1 - Math.tanh(x) ** 2)
      expect(actions[row * WIDTH + component]).toBeCloseTo(Math.tanh(x), 5)
    }
    expect(Math.abs(bound[row] - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)))
  }
  await compiled.dispose()
})
