/** What all instances of a batch have in common. */
export interface Economy {
  /** M: devices that the server contracts with. */
  readonly deviceCount: number
  /** c0: cost of taking part, in units of device utility. */
  readonly fixedCost: number
  /** rho: how much a device values one unit of payment. */
  readonly incentiveWeight: number
  /** beta in [0, 1): curvature of the value of data. */
  readonly fairnessExponent: number
  /** Largest amount of data of one item; Infinity if there is no limit. */
  readonly maximumDataSize: number
}

/**
 * Instances of the contract problem as a struct of arrays, row after row; `[size]` or `[size, typeCount]`.
 *
 * - `unitCosts` c, `unitRevenues` theta `[size]`.
 * - `deviceTypes` psi (non-decreasing in each row), `typeProbabilities` q `[size, typeCount]`.
 * - `breakEvenPrices` a_k = c / (rho psi_k), the payment that covers one unit of data, and `participationPayments`
 *   f_k = c0 / (rho psi_k) `[size, typeCount]`: derived by `derivePrices`.
 */
export interface InstanceBatch {
  readonly size: number
  readonly typeCount: number
  readonly economy: Economy
  readonly unitCosts: Float64Array
  readonly unitRevenues: Float64Array
  readonly deviceTypes: Float64Array
  readonly typeProbabilities: Float64Array
  readonly breakEvenPrices: Float64Array
  readonly participationPayments: Float64Array
}

export const createInstanceBatch = (economy: Economy, typeCount: number, size: number): InstanceBatch => ({
  size,
  typeCount,
  economy,
  unitCosts: new Float64Array(size),
  unitRevenues: new Float64Array(size),
  deviceTypes: new Float64Array(size * typeCount),
  typeProbabilities: new Float64Array(size * typeCount),
  breakEvenPrices: new Float64Array(size * typeCount),
  participationPayments: new Float64Array(size * typeCount)
})

/** Sets a_k and f_k of instance `i` from its unit cost and its types. */
export const derivePrices = (batch: InstanceBatch, i: number): void => {
  const { typeCount, deviceTypes, breakEvenPrices, participationPayments } = batch
  const { fixedCost, incentiveWeight } = batch.economy
  const unitCost = batch.unitCosts[i]
  for (let k = i * typeCount; k < (i + 1) * typeCount; k++) {
    const valueOfPayment = incentiveWeight * deviceTypes[k]
    breakEvenPrices[k] = unitCost / valueOfPayment
    participationPayments[k] = fixedCost / valueOfPayment
  }
}

/** Copies all instances of `from` into `to`, which has the same shape. */
export const copyInstances = (from: InstanceBatch, to: InstanceBatch): void => {
  to.unitCosts.set(from.unitCosts)
  to.unitRevenues.set(from.unitRevenues)
  to.deviceTypes.set(from.deviceTypes)
  to.typeProbabilities.set(from.typeProbabilities)
  to.breakEvenPrices.set(from.breakEvenPrices)
  to.participationPayments.set(from.participationPayments)
}
