import type { AgentDefinition } from "@twinpact/core"
import { ddpg } from "./ddpg/definition.ts"
import { diffusionDdpg } from "./diffusion-ddpg/definition.ts"
import { diffusionSac } from "./diffusion-sac/definition.ts"
import { independentDqn } from "./independent-dqn/definition.ts"
import { independentQ } from "./independent-q/agent.ts"
import { ppo } from "./ppo/definition.ts"
import { prunedDiffusionSac } from "./pruned-diffusion-sac/definition.ts"
import { sac } from "./sac/definition.ts"
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
  independentDqn,
  ddpg,
  sac,
  ppo,
  diffusionDdpg,
  diffusionSac,
  prunedDiffusionSac
]

export {
  completeInformation,
  ddpg,
  diffusionDdpg,
  diffusionSac,
  independentDqn,
  independentQ,
  optimal,
  pooled,
  ppo,
  prunedDiffusionSac,
  random,
  sac,
  topTypeOnly
}
