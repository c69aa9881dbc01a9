import {
  engineSettings,
  NonNegativeNumber,
  observationScalingSetting,
  PositiveInteger,
  PositiveNumber,
  setting,
  UnitInterval
} from "@twinpact/core"
import { Schema } from "effect"

export const PpoConfig = Schema.Struct({
  hiddenWidths: setting(Schema.Array(PositiveInteger), [256, 256], "Hidden layers of the policy and of the value"),
  learningRate: setting(PositiveNumber, 3e-4, "Adam step size"),
  learningRateDecay: setting(
    Schema.Literals(["none", "linear"]),
    "none",
    "linear: from the middle of the budget down to 2% at its end"
  ),
  rolloutSize: setting(PositiveInteger, 1024, "Transitions collected before an update, rounded up to whole rounds"),
  updateEpochs: setting(PositiveInteger, 10, "Passes over a rollout"),
  batchSize: setting(PositiveInteger, 256, "Transitions per gradient step"),
  gamma: setting(UnitInterval, 0.99, "Discount factor; without effect where episodes have one step"),
  lambda: setting(
    UnitInterval,
    0.95,
    "Trace of the generalised advantage; without effect where episodes have one step"
  ),
  clipRange: setting(PositiveNumber, 0.2, "How far the probability ratio may leave 1"),
  valueCoefficient: setting(NonNegativeNumber, 0.5, "Weight of the value loss"),
  entropyCoefficient: setting(NonNegativeNumber, 0, "Weight of the entropy bonus"),
  maximumGradientNorm: setting(PositiveNumber, 0.5, "Limit of the gradient's norm"),
  initialLogDeviation: setting(Schema.Finite, -0.5, "First log standard deviation of every action component"),
  observationScaling: observationScalingSetting,
  ...engineSettings
})
export type PpoConfig = typeof PpoConfig.Type
