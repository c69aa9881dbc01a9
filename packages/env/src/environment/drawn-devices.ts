import type { RngStream } from "@twinpact/core"
import type { InstanceBatch } from "../contract/instance-batch.ts"

/**
 * The devices of every instance: `types` `[size, deviceCount]` 0-based, and the share of each type among them
 * `[size, typeCount]`.
 */
export interface DrawnDevices {
  readonly types: Uint8Array
  readonly shares: Float64Array
}

export const createDrawnDevices = ({ size, typeCount, economy }: InstanceBatch): DrawnDevices => ({
  types: new Uint8Array(size * economy.deviceCount),
  shares: new Float64Array(size * typeCount)
})

/** Draws every device's type from its instance's type probabilities. */
export const drawDevices = (batch: InstanceBatch, devices: DrawnDevices, rngStream: RngStream): void => {
  const { typeCount, typeProbabilities } = batch
  const { deviceCount } = batch.economy
  devices.shares.fill(0)
  for (let i = 0; i < batch.size; i++) {
    const row = i * typeCount
    for (let j = i * deviceCount; j < (i + 1) * deviceCount; j++) {
      let rest = rngStream.uniform()
      let k = 0
      while (k < typeCount - 1 && rest >= typeProbabilities[row + k]) rest -= typeProbabilities[row + k++]
      devices.types[j] = k
      devices.shares[row + k] += 1 / deviceCount
    }
  }
}
