import { NonNegativeNumber, PositiveInteger, setting, UnitInterval } from "@twinpact/core"
import { Schema } from "effect"
import { diffusionSacSettings, hasEnoughSteps } from "../diffusion-sac/config.ts"

const Pruning = Schema.Struct({
  rate: setting(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })),
    0.5,
    "Share of the prunable neurons that are removed in the end; 0 is diffusion-sac, bit for bit"
  ),
  mode: setting(
    Schema.Literals(["gradual", "one-shot", "mask-only", "dense-small"]),
    "gradual",
    "gradual: along the schedule, networks shrink; one-shot: all at its first event; mask-only: neurons are zeroed and networks keep their size; dense-small: the final widths from the start"
  ),
  importance: setting(
    Schema.Literals(["magnitude", "taylor", "activation", "random"]),
    "magnitude",
    "What a neuron is worth: norms of its weights, averaged |w dL/dw|, activity times outgoing norm, or chance"
  ),
  threshold: setting(
    Schema.Literals(["fraction", "mass", "mean"]),
    "fraction",
    "fraction: that share of neurons, the least important first; mass: that share of the summed importance; mean: those below that multiple of the mean"
  ),
  start: setting(UnitInterval, 0.1, "Share of the budget before the first event"),
  duration: setting(UnitInterval, 0.6, "Share of the budget that the events spread over"),
  events: setting(PositiveInteger, 50, "Pruning events, equally spaced"),
  minimumShare: setting(UnitInterval, 0.1, "Share of its neurons that every layer keeps"),
  minimumWidth: setting(PositiveInteger, 8, "Neurons that every layer keeps"),
  widthMultiple: setting(PositiveInteger, 8, "Networks shrink to widths that are multiples of this"),
  compactionGain: setting(
    NonNegativeNumber,
    0.05,
    "Networks shrink when that saves this share of the multiply-accumulates since the last time, and at the last event"
  ),
  critics: setting(Schema.Boolean, false, "Prune the critics, too; the published method leaves them whole")
}).check(
  Schema.makeFilter(
    ({ importance, critics }) =>
      importance !== "activation" ||
      !critics ||
      'Expected another importance where critics are pruned than "activation"'
  )
)
export type PruningConfig = typeof Pruning.Type

export const PrunedDiffusionSacConfig = Schema.Struct({
  ...diffusionSacSettings,
  pruning: setting(Pruning, {}, "How the networks are pruned while they train")
}).check(hasEnoughSteps)
