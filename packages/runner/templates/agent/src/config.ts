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

/** The keys that a study can set: schema, default, meaning. */
export const AgentConfig = Schema.Struct({
  hiddenWidths: setting(Schema.Array(PositiveInteger), [64, 64], "Hidden layers of the actor and of the critic"),
  ...optimiserSettings,
  ...replaySettings,
  explorationNoise: setting(
    NonNegativeNumber,
    0.1,
    "Standard deviation of the Gaussian noise on every action while learning, in half widths of the action range"
  ),
  observationScaling: observationScalingSetting,
  ...engineSettings
})
export type AgentConfig = typeof AgentConfig.Type
