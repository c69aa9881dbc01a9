import { Schema } from "effect"
import { ContractConfig } from "../src/environment/config.ts"
import { type ContractSettings, resolveSettings } from "../src/environment/settings.ts"

/** Settings as from a study file; absent keys take their defaults. */
export const contractSettings = (config: Readonly<Record<string, unknown>> = {}): ContractSettings =>
  resolveSettings(Schema.decodeUnknownSync(ContractConfig)(config))
