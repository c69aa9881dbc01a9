import type { Economy } from "../contract/instance-batch.ts"
import { InvalidInstanceError } from "../errors.ts"

/** Lowest and highest value. */
export type Range = readonly [low: number, high: number]

/** From what instances are drawn; see `sampleInto`. */
export interface InstanceDistribution {
  readonly economy: Economy
  /** One range per type, in ascending order. */
  readonly typeRanges: readonly Range[]
  /** Draw whole-numbered types, as in the paper's text. */
  readonly integerTypes: boolean
  readonly unitCost: Range
  readonly unitRevenue: Range
}

/** The paper's constants: M = 10, c0 = 0.01, rho = 0.6, beta = 0.5. */
const PAPER_ECONOMY: Economy = {
  deviceCount: 10,
  fixedCost: 0.01,
  incentiveWeight: 0.6,
  fairnessExponent: 0.5,
  maximumDataSize: Infinity
}

/** The paper's two kinds of devices. */
export const PAPER_TYPE_RANGES: readonly Range[] = [
  [50, 100],
  [200, 250]
]
export const PAPER_UNIT_COST: Range = [25, 35]
export const PAPER_UNIT_REVENUE: Range = [10, 15]

const STRATA: Range = [50, 250]

/** [50, 250] in `typeCount` adjacent ranges of equal width. */
const strata = (typeCount: number): readonly Range[] => {
  const [low, high] = STRATA
  const edge = (k: number) => low + ((high - low) * k) / typeCount
  return Array.from({ length: typeCount }, (_, k) => [edge(k), edge(k + 1)] as const)
}

/** The settings of a distribution that have defaults: those of the paper. */
export interface DistributionOptions {
  readonly economy?: Partial<Economy>
  readonly integerTypes?: boolean
  readonly unitCost?: Range
  readonly unitRevenue?: Range
}

const distributionOver = (typeRanges: readonly Range[], options: DistributionOptions): InstanceDistribution => {
  const { integerTypes = false, unitCost = PAPER_UNIT_COST, unitRevenue = PAPER_UNIT_REVENUE } = options
  return { economy: { ...PAPER_ECONOMY, ...options.economy }, typeRanges, integerTypes, unitCost, unitRevenue }
}

/** The paper's distribution: two types, psi in U[50, 100] and U[200, 250], c in U[25, 35], theta in U[10, 15]. */
export const paperDistribution = (options: DistributionOptions = {}): InstanceDistribution =>
  distributionOver(PAPER_TYPE_RANGES, options)

/** Any number of types: psi_k uniform in the k-th of K adjacent ranges that divide [50, 250]. */
export const strataDistribution = (typeCount: number, options: DistributionOptions = {}): InstanceDistribution => {
  if (!Number.isInteger(typeCount) || typeCount < 1) {
    throw new InvalidInstanceError("typeCount", "a positive integer", typeCount)
  }
  return distributionOver(strata(typeCount), options)
}
