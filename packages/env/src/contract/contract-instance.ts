import { InvalidInstanceError } from "../errors.ts"
import { createInstanceBatch, derivePrices, type InstanceBatch } from "./instance-batch.ts"

/**
 * One contract problem: a server buys data from devices whose types it does not see, only their probabilities.
 *
 * A device of type psi_k that delivers s units of data for the payment r has the utility
 * u_k(s, r) = rho psi_k r - c s - c0, and 0 if it stays out; the server has U = M sum_k q_k (theta g(s_k) - r_k) with
 * g(s) = s^(1 - beta) / (1 - beta).
 */
export interface ContractInstance {
  /** M > 0. */
  readonly deviceCount: number
  /** psi_1 <= .. <= psi_K, all positive. */
  readonly deviceTypes: ArrayLike<number>
  /** q_1..q_K >= 0, adding up to 1; a type may have no mass. */
  readonly typeProbabilities: ArrayLike<number>
  /** c > 0: a device's cost of one unit of data. */
  readonly unitCost: number
  /** c0 >= 0: a device's cost of taking part. */
  readonly fixedCost: number
  /** rho > 0: value of one unit of payment to a device, per unit of psi. */
  readonly incentiveWeight: number
  /** theta >= 0: the server's revenue per unit of g. */
  readonly unitRevenue: number
  /** beta in [0, 1): 0 values data linearly, larger values flatten faster. */
  readonly fairnessExponent: number
  /** Largest amount of data of one item, > 0; absent: no limit. */
  readonly maximumDataSize?: number
}

/**
 * The instance as a batch of one, for the functions that work on batches.
 *
 * @throws InvalidInstanceError at the first field out of its range.
 */
export const batchOfOne = (instance: ContractInstance): InstanceBatch => {
  validate(instance)
  const { deviceCount, fixedCost, incentiveWeight, fairnessExponent, maximumDataSize = Infinity } = instance
  const economy = { deviceCount, fixedCost, incentiveWeight, fairnessExponent, maximumDataSize }
  const batch = createInstanceBatch(economy, instance.deviceTypes.length, 1)
  batch.unitCosts[0] = instance.unitCost
  batch.unitRevenues[0] = instance.unitRevenue
  batch.deviceTypes.set(instance.deviceTypes)
  batch.typeProbabilities.set(instance.typeProbabilities)
  derivePrices(batch, 0)
  return batch
}

/** Instance `i` of a batch, on its own. */
export const instanceAt = (batch: InstanceBatch, i: number): ContractInstance => {
  const { maximumDataSize, ...economy } = batch.economy
  const row = [i * batch.typeCount, (i + 1) * batch.typeCount] as const
  return {
    ...economy,
    ...(maximumDataSize === Infinity ? {} : { maximumDataSize }),
    unitCost: batch.unitCosts[i],
    unitRevenue: batch.unitRevenues[i],
    deviceTypes: batch.deviceTypes.slice(...row),
    typeProbabilities: batch.typeProbabilities.slice(...row)
  }
}

const MASS_TOLERANCE = 1e-9

const validate = (instance: ContractInstance): void => {
  const { deviceTypes, typeProbabilities, maximumDataSize, fairnessExponent } = instance
  for (const key of ["deviceCount", "unitCost", "incentiveWeight"] as const) {
    if (!(instance[key] > 0 && instance[key] < Infinity)) {
      throw new InvalidInstanceError(key, "positive and finite", instance[key])
    }
  }
  for (const key of ["fixedCost", "unitRevenue"] as const) {
    if (!(instance[key] >= 0 && instance[key] < Infinity)) {
      throw new InvalidInstanceError(key, "non-negative and finite", instance[key])
    }
  }
  if (!(fairnessExponent >= 0 && fairnessExponent < 1)) {
    throw new InvalidInstanceError("fairnessExponent", "in [0, 1)", fairnessExponent)
  }
  if (maximumDataSize !== undefined && !(maximumDataSize > 0)) {
    throw new InvalidInstanceError("maximumDataSize", "positive", maximumDataSize)
  }
  if (deviceTypes.length === 0) throw new InvalidInstanceError("deviceTypes", "at least one type", "none")
  if (typeProbabilities.length !== deviceTypes.length) {
    const expected = `${deviceTypes.length} numbers, one per type`
    throw new InvalidInstanceError("typeProbabilities", expected, typeProbabilities.length)
  }
  let mass = 0
  for (let k = 0; k < deviceTypes.length; k++) {
    if (!(deviceTypes[k] > 0 && deviceTypes[k] < Infinity)) {
      throw new InvalidInstanceError(`deviceTypes[${k}]`, "positive and finite", deviceTypes[k])
    }
    if (k > 0 && deviceTypes[k] < deviceTypes[k - 1]) {
      throw new InvalidInstanceError(
        `deviceTypes[${k}]`,
        `at least ${deviceTypes[k - 1]}, its predecessor`,
        deviceTypes[k]
      )
    }
    if (!(typeProbabilities[k] >= 0)) {
      throw new InvalidInstanceError(`typeProbabilities[${k}]`, "non-negative", typeProbabilities[k])
    }
    mass += typeProbabilities[k]
  }
  if (!(Math.abs(mass - 1) <= MASS_TOLERANCE)) throw new InvalidInstanceError("typeProbabilities", "1 in sum", mass)
}
