import { defineAgent } from "@twinpact/core"
import { PpoConfig } from "./config.ts"

/** Proximal policy optimisation. */
export const ppo = defineAgent({
  name: "ppo",
  version: "1",
  summary: "Proximal policy optimisation: on-policy, a Gaussian policy, clipped probability ratios",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: PpoConfig,
  create: async (config, context) => (await import("./agent.ts")).createPpo(config, context)
})
