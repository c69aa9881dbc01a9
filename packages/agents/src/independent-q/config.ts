import { NonNegativeNumber, setting, UnitInterval } from "@twinpact/core"
import { Schema } from "effect"

export const IndependentQConfig = Schema.Struct({
  parameters: setting(
    Schema.Literals(["shared", "per-type", "own"]),
    "per-type",
    "per-type: one row of values per class of observations, for all players; own: such a table for every player; shared: one row for everybody, blind to the class"
  ),
  learningRate: setting(UnitInterval, 0.1, "Step size of the update, alpha in Q <- Q + alpha (target - Q)"),
  gamma: setting(UnitInterval, 0.99, "Discount factor; without effect where episodes have one step"),
  initialEpsilon: setting(UnitInterval, 0.5, "Chance of a random item at the start"),
  finalEpsilon: setting(UnitInterval, 0.02, "Chance of a random item at the end; linear in between, over the budget"),
  tieTolerance: setting(
    NonNegativeNumber,
    1e-9,
    "Values closer than this count as equal; the lowest index wins (0 = stay out, for devices)"
  )
})
export type IndependentQConfig = typeof IndependentQConfig.Type
