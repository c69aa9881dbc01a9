import { defineAgent } from "@twinpact/core"
import { SacConfig } from "./config.ts"

/** Soft actor-critic. */
export const sac = defineAgent({
  name: "sac",
  version: "1",
  summary: "Soft actor-critic: twin critics, a squashed Gaussian policy, an entropy coefficient that adapts",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: SacConfig,
  create: async (config, context) => (await import("./agent.ts")).createSac(config, context)
})
