import type { AgentDefinition } from "./agent.ts"
import type { Environment, EnvironmentDefinition, Outcome, Role } from "./environment.ts"
import { AgentError, DivergenceError } from "./errors.ts"
import { evaluate } from "./evaluation.ts"
import { Means, type Measurement } from "./measurement.ts"
import { RngStreams } from "./random/rng-streams.ts"
import type { SavedState } from "./saved-state.ts"
import { describeSpace } from "./space.ts"
import type { Budget, EvaluationPlan } from "./study/schema.ts"
import { TransitionRecorder } from "./transition.ts"
import { type Course, type Player, restoreTrial, savePolicies, saveTrial } from "./trial-checkpoint.ts"

/** One trial with its definitions loaded and its configurations decoded. */
export interface TrialSetup {
  readonly environment: { readonly definition: EnvironmentDefinition; readonly config: unknown }
  /** One agent per role name. */
  readonly agents: Readonly<Record<string, { readonly definition: AgentDefinition; readonly config: unknown }>>
  readonly budget: Budget
  readonly evaluation: EvaluationPlan
  readonly seed: number
}

export interface TrialListener {
  measure(measurement: Measurement): void
  /** Read once per round: a trial stops only between rounds. */
  shouldStop(): boolean
  /** Read once per round. A checkpoint is also made when a trial stops, if its environment can be saved. */
  isCheckpointDue?(): boolean
  /** Everything that `runTrial` needs to go on as if it had never stopped. */
  checkpoint?(state: SavedState): void | Promise<void>
  /** At the end of a complete trial: what every agent that has a policy needs to act, under the name of its role. */
  policies?(state: SavedState): void | Promise<void>
}

/**
 * Runs one trial: act, step, observe, update; evaluate on the fixed set along the way and at the end.
 *
 * @param resume a checkpoint of this trial: its measurements so far are reported again, then the trial goes on.
 * @returns "stopped" if the listener asked for it before the budget was spent.
 * @throws DivergenceError if a reward or a measurement is no longer finite.
 */
export const runTrial = async (
  setup: TrialSetup,
  listener: TrialListener,
  resume?: SavedState
): Promise<"complete" | "stopped"> => {
  const { budget, evaluation } = setup
  const streams = new RngStreams(setup.seed)
  const environment = setup.environment.definition.create(setup.environment.config)
  const evaluationEnvironment = setup.environment.definition.create(setup.environment.config)
  const evaluationSet = evaluationEnvironment.evaluationSet(evaluation.seed, evaluation.size)
  const players = await createPlayers(environment, setup, streams)
  const agents = Object.fromEntries([...players.values()].map(({ role, agent }) => [role.name, agent]))
  const definitions = Object.values(setup.agents).map(({ definition }) => definition)
  const draws = definitions.every(({ isDeterministic }) => isDeterministic) ? 1 : evaluation.draws
  const canResume = environment.save !== undefined && environment.restore !== undefined
  const course: Course = { envSteps: 0, gradientSteps: 0, evaluated: 0, means: new Means(), measurements: [] }
  const progress = () =>
    Math.max(course.envSteps / (budget.envSteps ?? Infinity), course.gradientSteps / (budget.gradientSteps ?? Infinity))

  const measure = (kind: Measurement["kind"], values: Readonly<Record<string, number>>) => {
    requireFinite(values, course.envSteps)
    const { envSteps, gradientSteps } = course
    const measurement = { kind, envSteps, gradientSteps, values }
    course.measurements.push(measurement)
    listener.measure(measurement)
  }
  const evaluateNow = async () => {
    const training = course.means.take()
    if (Object.keys(training).length > 0) measure("training", training)
    const values = await evaluate(evaluationEnvironment, agents, evaluationSet, {
      draws,
      maximumRounds: Math.min(environment.maximumEpisodeSteps ?? Infinity, evaluation.maximumEpisodeSteps),
      progress: Math.min(1, progress()),
      streams: new RngStreams(setup.seed, `evaluate/${course.envSteps}/`)
    })
    measure("evaluation", values)
  }
  const checkpoint = async () => {
    if (listener.checkpoint === undefined || !canResume) return
    await listener.checkpoint(await saveTrial(course, streams, environment, players.values()))
  }
  const finish = async () => {
    await evaluateNow()
    if (listener.policies !== undefined) await listener.policies(await savePolicies(players.values()))
    return "complete" as const
  }

  try {
    if (definitions.every(({ trains }) => !trains)) return await finish()
    if (evaluation.points > 1 && resume === undefined) await evaluateNow()
    environment.reset({ instances: budget.instances, streams })
    if (resume !== undefined) {
      await restoreTrial(resume, course, streams, environment, players.values())
      for (const measurement of course.measurements) listener.measure(measurement)
    }
    let observations = environment.observe()
    while (progress() < 1) {
      if (listener.shouldStop()) {
        await checkpoint()
        return "stopped"
      }
      if (listener.isCheckpointDue?.() === true) await checkpoint()
      const options = { explore: true, progress: progress() }
      for (let turn = 0; turn < environment.roles.length; turn++) {
        // act
        const { agent, recorder, rngStream } = players.get(environment.acting)!
        const move = await agent.act(observations, { ...options, rngStream })
        if (move instanceof Float32Array) recorder.acted(observations, move)
        // step
        for (const outcome of environment.step(move)) {
          players.get(outcome.role)!.recorder.rewarded(outcome)
          addReward(course.means, environment, outcome)
        }
        observations = environment.observe()
        // observe
        for (const player of players.values()) {
          const transitions = player.recorder.complete(player.role === environment.acting ? observations : null)
          if (transitions !== null) player.agent.observe(transitions)
        }
      }
      course.envSteps += budget.instances
      // update
      for (const { role, agent } of players.values()) {
        const report = await agent.update({ progress: options.progress })
        course.gradientSteps += report.gradientSteps
        course.means.addAll(report.measurements, environment.roles.length > 1 ? `${role.name}/` : "")
      }
      // evaluate: at 0, at every 1 / (points - 1) of the budget, and at its end
      const due = Math.floor(progress() * (evaluation.points - 1))
      if (progress() < 1 && due > course.evaluated) {
        course.evaluated = due
        await evaluateNow()
      }
    }
    return await finish()
  } finally {
    for (const { agent } of players.values()) await agent.close()
  }
}

const createPlayers = async (
  environment: Environment,
  setup: TrialSetup,
  trialStreams: RngStreams
): Promise<Map<Role, Player>> => {
  const players = new Map<Role, Player>()
  const { instances } = setup.budget
  const evaluationInstances = setup.evaluation.size
  const { maximumEpisodeSteps } = environment
  for (const role of environment.roles) {
    const { definition, config } = setup.agents[role.name]
    if (!definition.actionSpaces.includes(role.action.kind)) {
      const playable = definition.actionSpaces.join(" or ")
      throw new AgentError(
        `agent "${definition.name}" plays ${playable} actions, but role "${role.name}" has ${describeSpace(role.action)}`
      )
    }
    const streams = trialStreams.split(role.name)
    const schemes = environment.schemes.filter((scheme) => scheme.role === role.name)
    const agent = await definition.create(config, {
      role,
      maximumEpisodeSteps,
      instances,
      evaluationInstances,
      schemes,
      streams
    })
    const recorder = new TransitionRecorder(role, instances, maximumEpisodeSteps)
    players.set(role, { role, agent, recorder, rngStream: streams.get("explore") })
  }
  return players
}

const addReward = (means: Means, environment: Environment, { role, rewards }: Outcome): void => {
  let sum = 0
  for (const reward of rewards) sum += reward
  means.add(environment.roles.length > 1 ? `${role.name}/reward` : "reward", sum / rewards.length)
}

const requireFinite = (values: Readonly<Record<string, number>>, envSteps: number): void => {
  for (const [metric, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) throw new DivergenceError(metric, value, envSteps)
  }
}
