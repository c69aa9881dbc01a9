import {
  engineSettings,
  observationScalingSetting,
  PositiveInteger,
  PositiveNumber,
  setting,
  UnitInterval
} from "@twinpact/core"
import { Schema } from "effect"

export const IndependentDqnConfig = Schema.Struct({
  parameters: setting(
    Schema.Literals(["shared", "per-type", "own"]),
    "per-type",
    "per-type: one network per class of observations, for all players; own: one for every player; shared: one for everybody"
  ),
  hiddenWidths: setting(Schema.Array(PositiveInteger), [32, 32], "Hidden layers of every network"),
  learningRate: setting(PositiveNumber, 0.01, "Adam step size"),
  learningRateDecay: setting(
    Schema.Literals(["none", "linear"]),
    "linear",
    "linear: from the middle of the budget down to 2% at its end"
  ),
  batchSize: setting(PositiveInteger, 32, "Transitions per update and network; none before its memory holds so many"),
  bufferSize: setting(
    PositiveInteger,
    2000,
    "Transitions that every network remembers; few, because the other players change while it learns"
  ),
  updatesPerRound: setting(PositiveInteger, 4, "Updates after every round of the instances that act at once"),
  gamma: setting(UnitInterval, 0.99, "Discount factor; without effect where episodes have one step"),
  tau: setting(UnitInterval, 0.005, "Polyak averaging of target networks; there are none where episodes have one step"),
  initialEpsilon: setting(UnitInterval, 0.5, "Chance of a random item at the start"),
  finalEpsilon: setting(UnitInterval, 0.02, "Chance of a random item at the end; linear in between, over the budget"),
  observationScaling: observationScalingSetting,
  ...engineSettings
})
export type IndependentDqnConfig = typeof IndependentDqnConfig.Type
