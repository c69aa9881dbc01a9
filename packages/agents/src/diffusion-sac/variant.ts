import type { PruningConfig } from "../pruned-diffusion-sac/config.ts"
import type { DiffusionSacConfig } from "./config.ts"

/** What all learners of this family are: `diffusion-sac` with a number of critics and, or without, pruning. */
export interface DiffusionActorCriticConfig extends DiffusionSacConfig {
  readonly critics: number
  readonly pruning: PruningConfig | null
}
