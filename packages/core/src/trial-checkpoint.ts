import type { Agent } from "./agent.ts"
import type { Environment, Role } from "./environment.ts"
import { SavedStateError } from "./errors.ts"
import { Means, type Measurement } from "./measurement.ts"
import type { RngStream } from "./random/rng-stream.ts"
import type { RngStreams } from "./random/rng-streams.ts"
import { joinStates, partOfState, type SavedState } from "./saved-state.ts"
import type { TransitionRecorder } from "./transition.ts"

/** How far a trial is. */
export interface Course {
  envSteps: number
  gradientSteps: number
  /** Evaluations that were due and made. */
  evaluated: number
  /** Of training, since the last measurement. */
  means: Means
  /** All of them: a trial that goes on reports them again, so that its record is whole. */
  measurements: Measurement[]
}

/** One role's seat in the loop. */
export interface Player {
  readonly role: Role
  readonly agent: Agent
  readonly recorder: TransitionRecorder
  readonly rngStream: RngStream
}

const agentPart = ({ role }: Player) => `agents/${role.name}`
const recorderPart = ({ role }: Player) => `recorders/${role.name}`

/** A trial between two rounds: its course, streams, environment, agents and transitions that are not complete. */
export const saveTrial = async (
  course: Course,
  streams: RngStreams,
  environment: Environment,
  players: Iterable<Player>
): Promise<SavedState> => {
  if (environment.save === undefined) throw new SavedStateError("internal: this environment cannot be saved")
  const counters = { ...course, means: course.means.save(), streams: streams.save() }
  const parts: Record<string, SavedState> = {
    course: { tensors: {}, counters },
    environment: environment.save()
  }
  for (const player of players) {
    parts[agentPart(player)] = await player.agent.save()
    parts[recorderPart(player)] = player.recorder.save()
  }
  return joinStates(parts)
}

/** Brings everything to where `saveTrial` found it; the environment has been reset for as many instances. */
export const restoreTrial = async (
  saved: SavedState,
  course: Course,
  streams: RngStreams,
  environment: Environment,
  players: Iterable<Player>
): Promise<void> => {
  if (environment.restore === undefined) throw new SavedStateError("internal: this environment cannot be restored")
  environment.restore(partOfState(saved, "environment"))
  for (const player of players) {
    await player.agent.restore(partOfState(saved, agentPart(player)))
    player.recorder.restore(partOfState(saved, recorderPart(player)))
  }
  const { means, streams: states, ...rest } = partOfState(saved, "course").counters as unknown as SavedCourse
  Object.assign(course, rest, { means: new Means(means) })
  streams.restore(states) // last: making and resetting all of the above has drawn from them
}

type SavedCourse = Omit<Course, "means"> & {
  readonly means: ReturnType<Means["save"]>
  readonly streams: ReturnType<RngStreams["save"]>
}

/** What the agents that have a policy need to act. */
export const savePolicies = async (players: Iterable<Player>): Promise<SavedState> => {
  const parts: Record<string, SavedState> = {}
  for (const { role, agent } of players) {
    if (agent.exportPolicy !== undefined) parts[role.name] = await agent.save("policy")
  }
  return joinStates(parts)
}
