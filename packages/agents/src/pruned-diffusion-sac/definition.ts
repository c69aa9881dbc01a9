import { defineAgent } from "@twinpact/core"
import { PrunedDiffusionSacConfig } from "./config.ts"

/** diffusion-sac whose actor loses neurons while it trains. */
export const prunedDiffusionSac = defineAgent({
  name: "pruned-diffusion-sac",
  version: "1",
  summary: "diffusion-sac whose actor is pruned while it trains: fewer neurons, smaller programs, less energy",
  trains: true,
  isDeterministic: false,
  actionSpaces: ["box"],
  config: PrunedDiffusionSacConfig,
  create: async (config, context) =>
    (await import("../diffusion-sac/agent.ts")).createDiffusionSac(
      "pruned-diffusion-sac",
      { ...config, critics: 2 },
      context
    )
})
