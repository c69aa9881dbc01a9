import type { AgentDefinition } from "@twinpact/core"
import { ddpg } from "./ddpg/definition.ts"
import { independentQ } from "./independent-q/agent.ts"
import { random } from "./schemes/random.ts"
import { completeInformation, optimal, pooled, topTypeOnly } from "./schemes/scheme-agent.ts"

/** Every agent that a study can name without installing anything. */
export const agents: readonly AgentDefinition[] = [
  random,
  optimal,
  completeInformation,
  pooled,
  topTypeOnly,
  independentQ,
  ddpg
]

export { completeInformation, ddpg, independentQ, optimal, pooled, random, topTypeOnly }
