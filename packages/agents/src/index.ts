import type { AgentDefinition } from "@twinpact/core"
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
  independentQ
]

export { completeInformation, independentQ, optimal, pooled, random, topTypeOnly }
