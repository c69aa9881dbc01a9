import {
  engineSettings,
  NonNegativeNumber,
  observationScalingSetting,
  optimiserSettings,
  PositiveInteger,
  replaySettings,
  setting
} from "@twinpact/core"
import { Schema } from "effect"

/** Noise and delay as in Fujimoto et al. (2018). Noise is measured in half widths of the action range. */
export const Td3Config = Schema.Struct({
  hiddenWidths: setting(Schema.Array(PositiveInteger), [256, 256], "Hidden layers of the actor and of each critic"),
  ...optimiserSettings,
  ...replaySettings,
  policyDelay: setting(PositiveInteger, 2, "Updates of the critics for every update of the actor and of the targets"),
  targetNoise: setting(
    NonNegativeNumber,
    0.2,
    "Standard deviation of the noise on the target policy's action; without effect where episodes have one step"
  ),
  targetNoiseClip: setting(NonNegativeNumber, 0.5, "Limit of that noise"),
  explorationNoise: setting(
    NonNegativeNumber,
    0.1,
    "Standard deviation of the Gaussian noise on every action while learning"
  ),
  observationScaling: observationScalingSetting,
  ...engineSettings
})
export type Td3Config = typeof Td3Config.Type
