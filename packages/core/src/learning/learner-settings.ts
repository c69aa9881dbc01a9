import { Schema } from "effect"
import { NonNegativeNumber, PositiveInteger, PositiveNumber, setting, UnitInterval } from "../setting.ts"

/** Keys that say what runs a learner's programs. */
export const engineSettings = {
  engine: setting(
    Schema.Literals(["onnx", "tensorflow"]),
    "onnx",
    "What runs the learner's programs; `twinpact doctor` lists what is there"
  ),
  device: setting(Schema.Literals(["cpu", "cuda", "webgpu"]), "cpu", "Where they run"),
  xla: setting(Schema.Boolean, false, "engine tensorflow: fuse operations with XLA"),
  threads: setting(PositiveInteger, 1, "Threads inside one operation; at most the cores that a trial takes")
} as const

/** Keys of learners that replay their experience. */
export const replaySettings = {
  batchSize: setting(PositiveInteger, 256, "Transitions per update"),
  bufferSize: setting(PositiveInteger, 200_000, "Transitions kept for replay; the oldest go first"),
  learningStarts: setting(PositiveInteger, 512, "Transitions collected by uniform actions before the first update"),
  updatesPerRound: setting(PositiveInteger, 1, "Updates after every round of the instances that act at once"),
  gamma: setting(UnitInterval, 0.99, "Discount factor; without effect where episodes have one step"),
  tau: setting(UnitInterval, 0.005, "Polyak averaging of target networks; there are none where episodes have one step")
} as const

/** Keys of the optimisers of an actor and its critics. */
export const optimiserSettings = {
  actorLearningRate: setting(PositiveNumber, 3e-4, "AdamW step size of the actor"),
  criticLearningRate: setting(PositiveNumber, 1e-3, "AdamW step size of the critics"),
  learningRateDecay: setting(
    Schema.Literals(["none", "linear"]),
    "none",
    "linear: from the middle of the budget down to 2% at its end"
  ),
  weightDecay: setting(NonNegativeNumber, 0, "Decoupled weight decay of AdamW; 0 is Adam")
} as const

/** How observations reach the networks. */
export const observationScalingSetting = setting(
  Schema.Literals(["none", "bounds"]),
  "none",
  "bounds: every bounded component to -1..1; none: the environment shows numbers near 1, as `contract` does"
)

/** The decoded keys of `engineSettings`. */
export interface EngineConfig {
  readonly engine: "onnx" | "tensorflow"
  readonly device: "cpu" | "cuda" | "webgpu"
  readonly xla: boolean
  readonly threads: number
}
