import { defineAgent } from "@twinpact/core"
import { DiffusionSacConfig } from "./config.ts"

/** Soft actor-critic whose actor is a denoising chain. */
export const diffusionSac = defineAgent({
  name: "diffusion-sac",
  version: "1",
  summary:
    "Diffusion-based soft actor-critic: the actor denoises an action, twin critics teach it through the whole chain",
  trains: true,
  isDeterministic: false,
  actionSpaces: ["box"],
  config: DiffusionSacConfig,
  create: async (config, context) =>
    (await import("./agent.ts")).createDiffusionSac("diffusion-sac", { ...config, critics: 2, pruning: null }, context)
})
