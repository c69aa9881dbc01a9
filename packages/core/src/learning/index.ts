export { addGaussianNoise, uniformActions } from "./action-noise.ts"
export { actionValueShapes, actionValues } from "./action-value.ts"
export { fromUnitBox, scaleObservations, toUnitBox } from "./box-scaling.ts"
export { copyRow } from "./copy-row.ts"
export {
  adaptEntropyCoefficient,
  entropyCoefficient,
  entropyCoefficientShapes,
  initialEntropyCoefficient
} from "./entropy-coefficient.ts"
export { exportPolicy, NORMAL_NOISE, type StandalonePolicy } from "./export-policy.ts"
export { type AdvantageInputs, generalisedAdvantage, normaliseAdvantages } from "./generalised-advantage.ts"
export {
  type LearnerIdentity,
  type LearnerPrograms,
  restorePrograms,
  savePrograms,
  scalars,
  takePrograms
} from "./learner-programs.ts"
export { learningRateAt } from "./learning-rate.ts"
export { PolicyRows, policyPrograms } from "./policy-rows.ts"
export { createReplayBatch, type ReplayBatch, ReplayBuffer, type ReplayShape } from "./replay-buffer.ts"
export {
  type LearnerCompanion,
  ReplayLearner,
  type ReplayLearnerConfig,
  type ReplayLearnerParts
} from "./replay-learner.ts"
export { Rollout, type RolloutShape } from "./rollout.ts"
export { logSquashing, type SquashedGaussian, squashedGaussian } from "./squashed-gaussian.ts"
export { criticLoss, smallest, valueTarget } from "./temporal-difference.ts"
export {
  averageTargets,
  type DescendOptions,
  descend,
  initialNetworkState,
  networkStateShapes,
  type TrainedNetwork
} from "./trained-network.ts"
