import { defineEnvironment, type EnvironmentDefinition } from "@twinpact/core"
import { ContractConfig } from "./config.ts"
import { ContractEnvironment } from "./contract-environment.ts"
import { resolveSettings } from "./settings.ts"

/** The contract economy, by name. */
export const contractEnvironment: EnvironmentDefinition = defineEnvironment({
  name: "contract",
  version: "1",
  summary: "a server offers a menu of data sizes and payments to devices whose types it cannot see",
  config: ContractConfig,
  create: (config) => new ContractEnvironment(resolveSettings(config))
})

/** Every environment of this package. */
export const environments: readonly EnvironmentDefinition[] = [contractEnvironment]
