import { batchOfOne, type ContractInstance } from "./contract-instance.ts"
import { type ContractMenu, requireItems } from "./contract-menu.ts"
import type { InstanceBatch } from "./instance-batch.ts"

/**
 * What a device keeps of a payment after its costs, in units of payment: r - a_k s - f_k.
 *
 * Device utility is this times `paymentValue`, so both rank items alike.
 */
export const netPayment = (
  breakEvenPrice: number,
  participationPayment: number,
  size: number,
  payment: number
): number => payment - breakEvenPrice * size - participationPayment

/** Utility of one unit of payment to a device: rho psi_k. `k` is an index into the batch's type arrays. */
export const paymentValue = (batch: InstanceBatch, k: number): number =>
  batch.economy.incentiveWeight * batch.deviceTypes[k]

/**
 * The utility of every type that takes its own item: u_k = rho psi_k r_k - c s_k - c0 `[typeCount]`.
 *
 * @throws InvalidInstanceError if the instance or the menu has the wrong shape.
 */
export const deviceUtilities = (instance: ContractInstance, menu: ContractMenu): Float64Array => {
  const batch = batchOfOne(instance)
  requireItems(menu, batch.typeCount)
  return Float64Array.from(
    menu.payments,
    (payment, k) =>
      paymentValue(batch, k) *
      netPayment(batch.breakEvenPrices[k], batch.participationPayments[k], menu.dataSizes[k], payment)
  )
}
