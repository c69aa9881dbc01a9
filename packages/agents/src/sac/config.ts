import {
  engineSettings,
  observationScalingSetting,
  optimiserSettings,
  optional,
  PositiveInteger,
  PositiveNumber,
  replaySettings,
  setting
} from "@twinpact/core"
import { Schema } from "effect"

export const SacConfig = Schema.Struct({
  hiddenWidths: setting(Schema.Array(PositiveInteger), [256, 256], "Hidden layers of the actor and of both critics"),
  ...optimiserSettings,
  ...replaySettings,
  initialEntropyCoefficient: setting(PositiveNumber, 0.05, "First weight of the entropy, alpha"),
  entropyLearningRate: setting(PositiveNumber, 3e-4, "Adam step size of log alpha"),
  targetEntropy: optional(Schema.Finite, "Entropy that alpha steers to; left out: minus the width of the action"),
  squashScale: setting(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1)),
    1.05,
    "Actions are clip(scale tanh x, -1, 1): above 1 the bounds can be reached; 1 is the published form"
  ),
  observationScaling: observationScalingSetting,
  ...engineSettings
})
export type SacConfig = typeof SacConfig.Type
