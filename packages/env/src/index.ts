export type { ContractInstance } from "./contract/contract-instance.ts"
export type { ContractMenu, ContractSolution } from "./contract/contract-menu.ts"
export { deviceUtilities } from "./contract/device-utility.ts"
export { firstBest } from "./contract/first-best.ts"
export type { Economy } from "./contract/instance-batch.ts"
export { pooledMenu } from "./contract/pooled-menu.ts"
export { secondBest } from "./contract/second-best.ts"
export { serverUtility } from "./contract/server-utility.ts"
export { topTypeOnlyMenu } from "./contract/top-type-only-menu.ts"
export { type Violations, violations } from "./contract/violations.ts"
export { type VoluntarySolution, voluntaryBest } from "./contract/voluntary-best.ts"
export { type BoxLimits, boxLimits } from "./decoding/box-decoder.ts"
export { type DecoderName, decodeMenu, encodeFeasible } from "./decoding/decode-menu.ts"
export type { ActionRows } from "./decoding/decoder.ts"
export {
  type DistributionOptions,
  type InstanceDistribution,
  paperDistribution,
  type Range,
  strataDistribution
} from "./distribution/instance-distribution.ts"
export { sampleInstances } from "./distribution/sample-instances.ts"
export { ContractConfig } from "./environment/config.ts"
export { contractEnvironment, environments } from "./environment/definition.ts"
export { ContractError, InvalidInstanceError, UnboundedContractError } from "./errors.ts"
export { type SelfSelection, selfSelect } from "./response/self-selection.ts"
