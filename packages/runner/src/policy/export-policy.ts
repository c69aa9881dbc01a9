import { mkdirSync } from "node:fs"
import { join } from "node:path"
import {
  type AgentDefinition,
  type EnvironmentDefinition,
  evaluate,
  type PolicyFile,
  partOfState,
  RngStreams,
  type Role,
  type SavedState,
  type Space
} from "@twinpact/core"
import { UsageError } from "../errors.ts"
import { readState } from "../pool/saved-file.ts"
import { findDefinition } from "../registry.ts"
import { policyFile, writeWhole } from "../study-folder.ts"
import { openFilePolicy } from "./file-policy.ts"
import type { FoundTrial } from "./find-trial.ts"

export interface ExportPolicyOptions {
  /** Which role's policy; the only one that has one if left out. */
  readonly role?: string | undefined
  readonly deterministic: boolean
  /** Folder for the files; made where it is missing. */
  readonly output: string
}

/** What was written, and the score of the file itself. */
export interface ExportedPolicy {
  readonly onnx: string
  readonly card: string
  readonly score: number | null
}

/**
 * Writes the policy of a complete trial as an .onnx file with a card beside it: what goes in, how noise is distributed,
 * what an action means, and the score of the file alone on the trial's evaluation set.
 *
 * @throws UsageError if the trial is not complete or has no policy.
 */
export const exportTrialPolicy = async (
  found: FoundTrial,
  { role: wanted, deterministic, output }: ExportPolicyOptions
): Promise<ExportedPolicy> => {
  const { trial } = found
  const saved = await readPolicies(found)
  const name = chooseRole(Object.keys(saved.counters), wanted, trial.id)
  const { environment: ofEnvironment, agents, budget, evaluation } = trial.configuration
  const { definition } = await findDefinition("environment", ofEnvironment.name)
  const environment = (definition as EnvironmentDefinition).create(ofEnvironment.config)
  const role = environment.roles.find((candidate) => candidate.name === name) as Role
  const ofAgent = agents[name]
  const agentDefinition = (await findDefinition("agent", ofAgent.name)).definition as AgentDefinition
  const agent = await agentDefinition.create(ofAgent.config, {
    role,
    maximumEpisodeSteps: environment.maximumEpisodeSteps,
    instances: budget.instances,
    evaluationInstances: evaluation.size,
    schemes: environment.schemes.filter((scheme) => scheme.role === name),
    streams: new RngStreams(trial.seed).split(name)
  })
  await agent.restore(partOfState(saved, name))
  const policy = await agent.exportPolicy!({ deterministic })
  await agent.close()
  const draws = Object.keys(policy.noise).length === 0 ? 1 : evaluation.draws
  const score = environment.roles.length === 1 ? await scoreOf(policy, environment, role, found, draws) : null
  const stem = join(output, `${trial.id}${deterministic ? "-deterministic" : ""}`)
  const card = {
    format: "twinpact-policy-1",
    trial: { study: found.folder.name, id: trial.id, seed: trial.seed },
    agent: ofAgent,
    environment: ofEnvironment,
    role: name,
    trained: { envSteps: trial.final?.envSteps, gradientSteps: trial.final?.gradientSteps },
    inputs: Object.entries(policy.inputs).map(([input, shape]) => ({
      name: input,
      shape,
      ...(input in policy.noise ? { distribution: policy.noise[input] } : describeSpace(role.observation))
    })),
    output: { name: "actions", shape: [1, role.action.width], ...describeSpace(role.action) },
    evaluation: {
      ...evaluation,
      draws,
      score,
      recordedScore: trial.final?.values.score ?? null
    }
  }
  mkdirSync(output, { recursive: true })
  writeWhole(`${stem}.onnx`, policy.onnx)
  writeWhole(`${stem}.json`, `${JSON.stringify(card, null, 2)}\n`)
  return { onnx: `${stem}.onnx`, card: `${stem}.json`, score }
}

const readPolicies = async ({ folder, trial }: FoundTrial): Promise<SavedState> => {
  if (trial.state !== "complete") {
    throw new UsageError(`trial ${trial.id} is ${trial.state}: a policy is kept when a trial is complete`)
  }
  const file = policyFile(folder, trial.id)
  const again = "run the study again with --force"
  const saved = await readState(file, trial.id, again)
  if (saved !== null) return saved
  const names = Object.values(trial.configuration.agents).map(({ name }) => name)
  throw new UsageError(
    `trial ${trial.id} (${names.join(", ")}) has no policy in ${file}: its agents have none that stands alone, or the study says "keep: nothing"; with "keep: policy" ${again}`
  )
}

const chooseRole = (roles: readonly string[], wanted: string | undefined, trialId: string): string => {
  if (wanted === undefined && roles.length === 1) return roles[0]
  if (wanted !== undefined && roles.includes(wanted)) return wanted
  const found = wanted === undefined ? "no --role" : `--role ${wanted}`
  throw new UsageError(`trial ${trialId}: expected --role ${roles.join(" or ")}, found ${found}`)
}

/** The mean score of the file alone, drawn as the trial's last evaluation was. */
const scoreOf = async (
  policy: PolicyFile,
  environment: ReturnType<EnvironmentDefinition["create"]>,
  role: Role,
  { trial }: FoundTrial,
  draws: number
): Promise<number | null> => {
  const { evaluation } = trial.configuration
  const agent = await openFilePolicy(policy, role)
  const values = await evaluate(
    environment,
    { [role.name]: agent },
    environment.evaluationSet(evaluation.seed, evaluation.size),
    {
      draws,
      maximumRounds: Math.min(environment.maximumEpisodeSteps ?? Infinity, evaluation.maximumEpisodeSteps),
      progress: 1,
      streams: new RngStreams(trial.seed, `evaluate/${trial.final?.envSteps ?? 0}/`)
    }
  )
  await agent.close()
  return values.score ?? null
}

/** Labels and bounds for people and programs; JSON has no infinity. */
const describeSpace = (space: Space) =>
  space.kind === "box"
    ? {
        labels: space.labels,
        low: Array.from(space.low, (bound) => (Number.isFinite(bound) ? bound : null)),
        high: Array.from(space.high, (bound) => (Number.isFinite(bound) ? bound : null)),
        ...(space.meaning === undefined ? {} : { meaning: space.meaning })
      }
    : { labels: space.labels }
