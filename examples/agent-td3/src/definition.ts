import { defineAgent } from "@twinpact/core"
import { Td3Config } from "./config.ts"

/** Twin delayed deep deterministic policy gradient. */
export const td3 = defineAgent({
  name: "@twinpact-examples/td3",
  version: "1",
  summary: "Twin delayed DDPG: two critics, smoothed targets, a policy that moves less often",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: Td3Config,
  create: async (config, context) => (await import("./agent.ts")).createTd3(config, context)
})
