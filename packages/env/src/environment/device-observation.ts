import { type BoxSpace, boxSpace } from "@twinpact/core"
import type { ContractMenu } from "../contract/contract-menu.ts"
import { firstBestSize } from "../contract/first-best.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import type { InstanceDistribution } from "../distribution/instance-distribution.ts"
import type { DrawnDevices } from "./drawn-devices.ts"
import { scaleToRange } from "./server-observation.ts"

/**
 * What a device sees `[3 K + 2]`: its own type as a one-hot row and as a scaled number, the scaled unit cost, and the menu
 * in units of the top type's first best: s_n / sFB_K and r_n / (a_K sFB_K).
 */
export const deviceObservationSpace = (typeCount: number): BoxSpace => {
  const perType = (label: string, high: number) =>
    Array.from({ length: typeCount }, (_, k) => [`${label} ${k + 1}`, 0, high] as const)
  return boxSpace([
    ...perType("is of type", 1),
    ["own type, scaled", -1, 1],
    ["unit cost, scaled", -1, 1],
    ...perType("data size", Infinity),
    ...perType("payment", Infinity)
  ])
}

/** The own type (0-based) in the observation that starts at `offset`. */
export const typeOfObservation =
  (typeCount: number) =>
  (observations: Float32Array, offset: number): number => {
    let k = 0
    while (k < typeCount - 1 && observations[offset + k] === 0) k += 1
    return k
  }

/** Writes the observations of all devices of a batch `[size, deviceCount, 3 K + 2]`. */
export const observeAsDevices = (
  distribution: InstanceDistribution,
  batch: InstanceBatch,
  menu: ContractMenu,
  { types }: DrawnDevices,
  observations: Float32Array
): void => {
  const { typeCount } = batch
  const { deviceCount } = batch.economy
  let at = 0
  for (let i = 0; i < batch.size; i++) {
    const row = i * typeCount
    const top = row + typeCount - 1
    const sizeUnit = firstBestSize(batch, i, top) || 1
    const paymentUnit = batch.breakEvenPrices[top] * sizeUnit
    const unitCost = scaleToRange(batch.unitCosts[i], distribution.unitCost)
    for (let j = i * deviceCount; j < (i + 1) * deviceCount; j++) {
      const k = types[j]
      observations.fill(0, at, at + typeCount)
      observations[at + k] = 1
      at += typeCount
      observations[at] = scaleToRange(batch.deviceTypes[row + k], distribution.typeRanges[k])
      observations[at + 1] = unitCost
      at += 2
      for (let n = 0; n < typeCount; n++) {
        observations[at + n] = menu.dataSizes[row + n] / sizeUnit
        observations[at + typeCount + n] = menu.payments[row + n] / paymentUnit
      }
      at += 2 * typeCount
    }
  }
}
