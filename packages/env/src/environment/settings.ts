import { ConfigurationError } from "@twinpact/core"
import { createIroning } from "../contract/ironing.ts"
import { voluntaryUtility } from "../contract/voluntary-best.ts"
import { boxLimits } from "../decoding/box-decoder.ts"
import { createDecoder } from "../decoding/decode-menu.ts"
import type { Decoder } from "../decoding/decoder.ts"
import {
  type InstanceDistribution,
  paperDistribution,
  strataDistribution
} from "../distribution/instance-distribution.ts"
import { largestFirstBest } from "../distribution/largest-first-best.ts"
import { sampleBatch } from "../distribution/sample-instances.ts"
import {
  boundedRationalResponse,
  type DeviceResponse,
  dishonestResponse,
  rationalResponse
} from "../response/device-response.ts"
import type { ContractConfig } from "./config.ts"
import { evaluationStream } from "./evaluation-stream.ts"

/** A configuration with everything that follows from it. */
export interface ContractSettings {
  readonly config: ContractConfig
  readonly typeCount: number
  readonly distribution: InstanceDistribution
  readonly decoder: Decoder
  /** Null where the devices are agents. */
  readonly response: DeviceResponse | null
  /** True where every instance has its own M devices with drawn types. */
  readonly hasDrawnDevices: boolean
  readonly rewardScale: number
}

/** @throws ConfigurationError where keys do not fit each other. */
export const resolveSettings = (config: ContractConfig): ContractSettings => {
  const { typeCount, devices } = config
  const distribution = createDistribution(config)
  requireBoundedSizes(distribution)
  return {
    config,
    typeCount,
    distribution,
    decoder: createDecoder(config.decoder, typeCount, config.fairnessExponent, boxLimits(distribution)),
    response: createResponse(config),
    hasDrawnDevices: devices.response === "learned" || devices.population === "drawn",
    rewardScale: config.rewardScale ?? meanReference(config, distribution)
  }
}

const fail = (problem: string) => new ConfigurationError('environment "contract"', [problem])

const createDistribution = (config: ContractConfig): InstanceDistribution => {
  const { typeCount, distribution, integerTypes, unitCost, unitRevenue } = config
  if (distribution === "paper" && typeCount !== 2) {
    throw fail(`distribution: "paper" has 2 types, but typeCount is ${typeCount}: expected "strata" or "auto"`)
  }
  const { deviceCount, fixedCost, incentiveWeight, fairnessExponent, maximumDataSize = Infinity } = config
  const economy = { deviceCount, fixedCost, incentiveWeight, fairnessExponent, maximumDataSize }
  const options = { economy, integerTypes, unitCost, unitRevenue }
  const isPaper = distribution === "paper" || (distribution === "auto" && typeCount === 2)
  return isPaper ? paperDistribution(options) : strataDistribution(typeCount, options)
}

const LARGEST_SIZE = 1e30

const requireBoundedSizes = (distribution: InstanceDistribution): void => {
  const size = largestFirstBest(distribution)
  if (size > LARGEST_SIZE) {
    throw fail(
      `fairnessExponent: at ${distribution.economy.fairnessExponent} the first-best data size reaches ${size}, ` +
        `expected at most ${LARGEST_SIZE}: raise fairnessExponent or set maximumDataSize`
    )
  }
}

const createResponse = ({ typeCount, devices }: ContractConfig): DeviceResponse | null => {
  switch (devices.response) {
    case "rational":
      return rationalResponse(typeCount)
    case "bounded-rational":
      return boundedRationalResponse(typeCount, devices.temperature)
    case "dishonest":
      return dishonestResponse(typeCount, devices)
    case "learned":
      return null
    default:
      return devices.response satisfies never
  }
}

const SCALE_SEED = 0
const SCALE_INSTANCES = 8192

/** A trial creates its environment twice from one configuration. */
const meanReferences = new WeakMap<ContractConfig, number>()

/** Mean of U_ext over a fixed set of instances (standard error below 1% of it); 1 where no instance has a positive one. */
const meanReference = (config: ContractConfig, distribution: InstanceDistribution): number => {
  const known = meanReferences.get(config)
  if (known !== undefined) return known
  const batch = sampleBatch(distribution, SCALE_INSTANCES, evaluationStream(SCALE_SEED, "instances"))
  const ironing = createIroning(batch.typeCount)
  let sum = 0
  for (let i = 0; i < batch.size; i++) sum += voluntaryUtility(batch, i, ironing)
  const mean = sum > 0 ? sum / batch.size : 1
  meanReferences.set(config, mean)
  return mean
}
