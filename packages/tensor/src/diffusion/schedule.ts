import { ShapeError } from "../errors.ts"

/** `vp`: variance preserving (Song et al., 2021); `linear`: Ho et al. (2020), unscaled; `linear-rescaled`: reaches vp's last level. */
export type BetaSchedule = "vp" | "linear" | "linear-rescaled" | "cosine"

/**
 * Coefficients of a chain of T denoising steps; index k - 1 belongs to step k = 1..T, `alphasCumprod[k]` to level k = 0..T.
 *
 * - `betas` beta_k, `alphasCumprod` prod_{j <= k} (1 - beta_j), with level 0 = 1.
 * - `posteriorVariances` beta_k (1 - abar_{k-1}) / (1 - abar_k): 0 at k = 1.
 */
export interface DiffusionSchedule {
  readonly denoisingSteps: number
  readonly betas: Float64Array
  readonly alphasCumprod: Float64Array
  readonly posteriorVariances: Float64Array
}

const MAXIMUM_BETA = 0.999

/** The schedule of this name for T denoising steps. `linear` and `linear-rescaled` need T >= 2. */
export const makeSchedule = (name: BetaSchedule, denoisingSteps: number): DiffusionSchedule => {
  const isLinear = name === "linear" || name === "linear-rescaled"
  if (!Number.isInteger(denoisingSteps) || denoisingSteps < (isLinear ? 2 : 1)) {
    throw new ShapeError(
      `schedule "${name}": expected at least ${isLinear ? 2 : 1} denoising steps, found ${denoisingSteps}`
    )
  }
  const betas = Float64Array.from(BETAS[name](denoisingSteps))
  const alphasCumprod = new Float64Array(denoisingSteps + 1).fill(1)
  betas.forEach((beta, i) => {
    alphasCumprod[i + 1] = alphasCumprod[i] * (1 - beta)
  })
  const posteriorVariances = betas.map((beta, i) => (beta * (1 - alphasCumprod[i])) / (1 - alphasCumprod[i + 1]))
  return { denoisingSteps, betas, alphasCumprod, posteriorVariances }
}

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1)

const linear = (first: number, last: number, count: number): readonly number[] =>
  steps(count).map((k) => first + ((last - first) * (k - 1)) / (count - 1))

/** 1 - e^(-b_min / T - (b_max - b_min) (2 k - 1) / (2 T^2)) with b_min 0.1, b_max 10: the exact step of a linear rate. */
const vp = (count: number): readonly number[] =>
  steps(count).map((k) => 1 - Math.exp(-0.1 / count - (0.5 * 9.9 * (2 * k - 1)) / count ** 2))

/** abar(i) = cos^2((i / T + 0.008) / 1.008 pi / 2) (Nichol and Dhariwal, 2021); beta at most 0.999. */
const cosine = (count: number): readonly number[] => {
  const level = (i: number) => Math.cos(((i / count + 0.008) / 1.008) * (Math.PI / 2)) ** 2
  return steps(count).map((k) => Math.min(MAXIMUM_BETA, Math.max(0, 1 - level(k) / level(k - 1))))
}

/** The linear schedule from 1e-4 whose last level equals that of `vp`; its end is found by bisection. */
const linearRescaled = (count: number): readonly number[] => {
  const lastLevel = (betas: readonly number[]) => betas.reduce((product, beta) => product * (1 - beta), 1)
  const target = lastLevel(vp(count))
  let [low, high] = [1e-4, 1]
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (lastLevel(linear(1e-4, middle, count)) > target) low = middle
    else high = middle
  }
  return linear(1e-4, low, count)
}

const BETAS: Readonly<Record<BetaSchedule, (count: number) => readonly number[]>> = {
  vp,
  cosine,
  linear: (count) => linear(1e-4, 2e-2, count),
  "linear-rescaled": linearRescaled
}

/** Mean of the posterior q(x_{k-1} | x_k, x_0) = `ofX0` x_0 + `ofXk` x_k. */
export const posteriorMean = (
  { betas, alphasCumprod }: DiffusionSchedule,
  k: number
): { readonly ofX0: number; readonly ofXk: number } => {
  const beta = betas[k - 1]
  return {
    ofX0: (Math.sqrt(alphasCumprod[k - 1]) * beta) / (1 - alphasCumprod[k]),
    ofXk: (Math.sqrt(1 - beta) * (1 - alphasCumprod[k - 1])) / (1 - alphasCumprod[k])
  }
}
