import { defineAgent } from "@twinpact/core"
import { DdpgConfig } from "./config.ts"

/** Deep deterministic policy gradient. */
export const ddpg = defineAgent({
  name: "ddpg",
  version: "1",
  summary: "Deep deterministic policy gradient: one critic, a tanh policy, Gaussian exploration",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: DdpgConfig,
  create: async (config, context) => (await import("./agent.ts")).createDdpg(config, context)
})
