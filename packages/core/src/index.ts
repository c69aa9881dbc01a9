export type {
  ActOptions,
  Agent,
  AgentContext,
  AgentDefinition,
  PolicyFile,
  UpdateReport
} from "./agent.ts"
export { defineAgent, withoutLearning } from "./agent.ts"
export type {
  ConfigSchema,
  Environment,
  EnvironmentDefinition,
  InstanceSet,
  Move,
  Outcome,
  Role,
  Scheme,
  SchemeMove,
  Start
} from "./environment.ts"
export { defineEnvironment } from "./environment.ts"
export {
  AgentError,
  ConfigurationError,
  CoreError,
  DivergenceError,
  EnvironmentError,
  SavedStateError
} from "./errors.ts"
export { type EvaluationOptions, evaluate } from "./evaluation.ts"
export {
  type EngineConfig,
  engineSettings,
  observationScalingSetting,
  optimiserSettings,
  replaySettings
} from "./learning/learner-settings.ts"
export { Means, type Measurement } from "./measurement.ts"
export { RngStream } from "./random/rng-stream.ts"
export { RngStreams } from "./random/rng-streams.ts"
export type { NamedTensor, SavedState } from "./saved-state.ts"
export { joinStates, partOfState, restoreInto, vector } from "./saved-state.ts"
export {
  describeSettings,
  NonNegativeInteger,
  NonNegativeNumber,
  optional,
  PositiveInteger,
  PositiveNumber,
  required,
  type SettingDescription,
  setting,
  UnitInterval
} from "./setting.ts"
export type { BoxSpace, DiscreteSpace, Space } from "./space.ts"
export { asBox, boxSpace, describeSpace, discreteSpace } from "./space.ts"
export { canonicalJson, shortHash } from "./study/canonical-json.ts"
export { type ParsedStudy, parseStudy } from "./study/parse.ts"
export { type Plan, planStudy, type Trial } from "./study/plan.ts"
export { suggestion } from "./study/problems.ts"
export type { Assignment, Configuration, Registry } from "./study/resolve.ts"
export type { Budget, CheckpointPolicy, EvaluationPlan, Resources, RetryPolicy, StudyFile } from "./study/schema.ts"
export { runTrial, type TrialListener, type TrialSetup } from "./training-loop.ts"
export { TransitionRecorder, type Transitions } from "./transition.ts"
