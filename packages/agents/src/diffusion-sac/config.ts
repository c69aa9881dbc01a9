import {
  engineSettings,
  NonNegativeNumber,
  observationScalingSetting,
  optimiserSettings,
  optional,
  PositiveInteger,
  PositiveNumber,
  replaySettings,
  setting
} from "@twinpact/core"
import { Schema } from "effect"

/** Keys of every learner whose actor is a denoising chain. */
export const diffusionSettings = {
  width: setting(PositiveInteger, 256, "Width of the hidden layers of actor and critics"),
  criticWidth: optional(PositiveInteger, "Width of the critics' hidden layers; left out: that of the actor"),
  activation: setting(Schema.Literals(["mish", "silu", "relu"]), "mish", "Activation of the actor; critics use ReLU"),
  denoisingSteps: setting(
    PositiveInteger,
    6,
    "T: steps of the chain that makes an action; 1 to 3 are few-step variants"
  ),
  betaSchedule: setting(
    Schema.Literals(["vp", "linear", "linear-rescaled", "cosine"]),
    "vp",
    "Noise levels of the chain; linear and linear-rescaled need at least 2 steps"
  ),
  variance: setting(
    Schema.Literals(["posterior", "beta"]),
    "posterior",
    "Variance of the noise that the chain adds between its steps"
  ),
  clipGradient: setting(
    Schema.Literals(["inward", "zero"]),
    "inward",
    "How gradients pass the chain's clips; zero is the published code's rule, under which a saturated policy is dead for ever"
  ),
  ...optimiserSettings,
  weightDecay: setting(NonNegativeNumber, 1e-4, "Decoupled weight decay of AdamW; 0 is Adam"),
  ...replaySettings,
  observationScaling: observationScalingSetting,
  ...engineSettings
} as const

/** One error where a schedule needs more steps than there are. */
export const hasEnoughSteps = Schema.makeFilter(
  ({ betaSchedule, denoisingSteps }: { readonly betaSchedule: string; readonly denoisingSteps: number }) =>
    !betaSchedule.startsWith("linear") ||
    denoisingSteps >= 2 ||
    `Expected at least 2 denoisingSteps with betaSchedule "${betaSchedule}", found ${denoisingSteps}`
)

export const diffusionSacSettings = {
  ...diffusionSettings,
  explorationNoise: setting(
    NonNegativeNumber,
    0.2,
    "Standard deviation of the Gaussian noise on every action while learning (entropy: none), in half widths of the range"
  ),
  entropy: setting(
    Schema.Literals(["none", "path-bound", "adaptive-noise"]),
    "none",
    "none: noise on actions alone; path-bound: a bound of the chain's entropy in all losses; adaptive-noise: the noise on actions is steered to a target entropy"
  ),
  initialEntropyCoefficient: setting(PositiveNumber, 0.05, "First weight of the entropy (path-bound, adaptive-noise)"),
  entropyLearningRate: setting(PositiveNumber, 1e-3, "Adam step size of its logarithm (path-bound)"),
  targetEntropy: optional(
    Schema.Finite,
    "Entropy that it steers to; left out: -4 (path-bound) or -0.9 (adaptive-noise) times the width of the action"
  )
} as const

export const DiffusionSacConfig = Schema.Struct(diffusionSacSettings).check(hasEnoughSteps)
export type DiffusionSacConfig = typeof DiffusionSacConfig.Type
