import { Schema } from "effect"
import {
  NonNegativeInteger,
  NonNegativeNumber,
  optional,
  PositiveInteger,
  PositiveNumber,
  required,
  setting
} from "../setting.ts"

/** `{ name, ...configuration }`, or the name alone. The rest is checked by the definition that bears the name. */
const Named = Schema.Union([
  Schema.NonEmptyString,
  Schema.StructWithRest(Schema.Struct({ name: Schema.NonEmptyString }), [Schema.Record(Schema.String, Schema.Unknown)])
]).pipe(Schema.annotate({ message: 'Expected a name, or an object with the key "name"' }))

export const Budget = Schema.Struct({
  envSteps: optional(PositiveInteger, "Training ends after this many environment steps (instances x rounds)"),
  gradientSteps: optional(
    PositiveInteger,
    "Training ends after this many optimiser steps; the first limit reached ends it"
  ),
  instances: setting(PositiveInteger, 8, "Instances that one trial steps at once during training")
})
export type Budget = typeof Budget.Type

export const EvaluationPlan = Schema.Struct({
  size: setting(PositiveInteger, 512, "Instances in the fixed evaluation set"),
  seed: setting(NonNegativeInteger, 12345, "Seed of the evaluation set: the same for every trial, never a trial's own"),
  points: setting(
    PositiveInteger,
    1,
    "Evaluations over the budget, equally spaced: 1 = at the end only, n > 1 = start and end too"
  ),
  draws: setting(PositiveInteger, 4, "Passes over the set for agents that draw at random"),
  maximumEpisodeSteps: setting(PositiveInteger, 1000, "Evaluation episodes are cut off after this many rounds")
})
export type EvaluationPlan = typeof EvaluationPlan.Type

const Resources = Schema.Struct({
  cpu: setting(PositiveNumber, 1, "Processor cores that one trial takes"),
  gpu: setting(NonNegativeNumber, 0, "GPUs that one trial takes; fractions share a device")
})
export type Resources = typeof Resources.Type

const RetryPolicy = Schema.Struct({
  failed: setting(NonNegativeInteger, 0, "Times a trial that failed is tried again"),
  lost: setting(NonNegativeInteger, 3, "Times a trial whose process died is tried again")
})
export type RetryPolicy = typeof RetryPolicy.Type

const CheckpointPolicy = Schema.Struct({
  everySeconds: setting(
    NonNegativeNumber,
    120,
    "How often a running trial is saved, so that a lost process costs no more; 0: only when it is interrupted"
  )
})
export type CheckpointPolicy = typeof CheckpointPolicy.Type

/** Axis paths such as `agent.learningRate` with the list of their values. */
const Axes = Schema.Record(Schema.String, Schema.Array(Schema.Unknown).check(Schema.isMinLength(1)))

/** Axis paths with one value each. */
const Point = Schema.Record(Schema.String, Schema.Unknown)

/** The keys of a study file. */
export const StudyFile = Schema.Struct({
  name: required(
    Schema.String.check(
      Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,63}$/, { expected: "lower-case letters, digits and hyphens, at most 64" })
    ),
    "Name of the study and of its folder"
  ),
  description: optional(Schema.String, "What the study asks, for readers"),
  environment: required(Named, "Environment by name, with its configuration"),
  agent: optional(Named, "Agent of the only role, with its configuration"),
  agents: optional(Schema.Record(Schema.String, Named), "One agent per role, where an environment has several"),
  grid: setting(Axes, {}, "Every combination of these values"),
  zip: setting(Schema.Array(Axes), [], "Lists of equal length that advance together"),
  cases: setting(Schema.Array(Point), [], "Settings written out one by one"),
  when: setting(
    Schema.Array(
      Schema.Struct({
        if: required(Point, "Applies to configurations with these values"),
        grid: required(Axes, "Every combination of these values, for those configurations alone")
      })
    ),
    [],
    "Axes that exist only for some configurations"
  ),
  exclude: setting(Schema.Array(Point), [], "Configurations with all of these values are left out"),
  seeds: setting(
    Schema.Union([PositiveInteger, Schema.Array(NonNegativeInteger).check(Schema.isMinLength(1))]).pipe(
      Schema.annotate({ message: "Expected a count of at least 1, or a list of non-negative integers" })
    ),
    1,
    "Seeds of every configuration: a count n for 0..n-1, or a list"
  ),
  budget: setting(Budget, {}, "How long a trial trains"),
  evaluation: setting(EvaluationPlan, {}, "How and when a trial is scored"),
  resources: setting(Resources, {}, "What one trial takes of a host"),
  retry: setting(RetryPolicy, {}, "How often a trial is tried again"),
  checkpoint: setting(CheckpointPolicy, {}, "When running trials are saved, to go on from there"),
  keep: setting(
    Schema.Literals(["policy", "nothing"]),
    "policy",
    "What stays of a complete trial beside its measurements; policy: what `twinpact export policy` needs"
  )
})
export type StudyFile = typeof StudyFile.Type
