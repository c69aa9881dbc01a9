import { defineAgent } from "@twinpact/core"
import { DiffusionDdpgConfig } from "./config.ts"

/** Deterministic policy gradient through a denoising chain: diffusion-sac with one critic. */
export const diffusionDdpg = defineAgent({
  name: "diffusion-ddpg",
  version: "1",
  summary: "Diffusion-based deterministic policy gradient: the actor denoises an action, a single critic teaches it",
  trains: true,
  isDeterministic: false,
  actionSpaces: ["box"],
  config: DiffusionDdpgConfig,
  create: async (config, context) =>
    (await import("../diffusion-sac/agent.ts")).createDiffusionSac(
      "diffusion-ddpg",
      { ...config, entropy: "none", initialEntropyCoefficient: 1, entropyLearningRate: 1, critics: 1, pruning: null },
      context
    )
})
