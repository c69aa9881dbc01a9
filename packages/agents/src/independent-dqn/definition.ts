import { defineAgent } from "@twinpact/core"
import { IndependentDqnConfig } from "./config.ts"

/** Deep Q-learning for many players: one network for all, one per class of observations, or one for every player. */
export const independentDqn = defineAgent({
  name: "independent-dqn",
  version: "1",
  summary: "Deep Q-learning with small networks, shared by the players of a role, one per class or each its own",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["discrete"],
  config: IndependentDqnConfig,
  create: async (config, context) => (await import("./agent.ts")).createIndependentDqn(config, context)
})
