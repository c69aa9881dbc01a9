import { NonNegativeNumber, setting } from "@twinpact/core"
import { Schema } from "effect"
import { diffusionSettings, hasEnoughSteps } from "../diffusion-sac/config.ts"

export const DiffusionDdpgConfig = Schema.Struct({
  ...diffusionSettings,
  explorationNoise: setting(
    NonNegativeNumber,
    0.1,
    "Standard deviation of the Gaussian noise on every action while learning, in half widths of the action range"
  )
}).check(hasEnoughSteps)
