import { defineAgent } from "@twinpact/core"
import { AgentConfig } from "./config.ts"

/** What a study sees of the agent; planning a study loads neither its programs nor an engine. */
export const definition = defineAgent({
  name: "__NAME__",
  /** Part of every trial's id: change it whenever results may change. */
  version: "1",
  summary: "A deterministic policy and one critic, learning from replayed experience",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: AgentConfig,
  create: async (config, context) => (await import("./agent.ts")).createAgent(config, context)
})
