import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import type { Agent, AgentDefinition } from "../agent.ts"
import type { Environment, EnvironmentDefinition, Move, Role } from "../environment.ts"
import type { Measurement } from "../measurement.ts"
import { RngStreams } from "../random/rng-streams.ts"
import type { SavedState } from "../saved-state.ts"
import { describeSettings } from "../setting.ts"
import { runTrial, type TrialListener } from "../training-loop.ts"
import { TransitionRecorder } from "../transition.ts"
import { boxBandit, defineToy, discreteBandit, truncatingBox } from "./toy-environments.ts"

const INSTANCES = 4
const EVALUATION_INSTANCES = 8

export interface DescribeAgentOptions {
  /** Keys as in a study file; everything else takes its default. Keep networks and warm-up small. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Schemes that the agent names: the suite's environments then declare them. */
  readonly schemes?: readonly string[]
  /** Rounds of every check; enough for a learner to take several gradient steps. */
  readonly rounds?: number
}

/** The laws of `Agent` as a test suite, played on small exact environments. */
export const describeAgent = (definition: AgentDefinition, options: DescribeAgentOptions = {}): void => {
  const { config = {}, schemes = [], rounds = 30 } = options
  const decoded = Schema.decodeUnknownSync(definition.config)(config)

  describe(`agent ${definition.name} ${JSON.stringify(config)}`, () => {
    test("is declared completely", () => {
      expect(definition.version).not.toBe("")
      expect(definition.summary).not.toBe("")
      expect(definition.actionSpaces.length).toBeGreaterThan(0)
      for (const { key, description } of describeSettings(definition.config))
        expect(description, `config key ${key}`).not.toBe("")
    })

    for (const toy of toysFor(definition, schemes)) {
      const start = async (seed = 1): Promise<Session> => {
        const environment = toy.create({})
        environment.reset({ instances: INSTANCES, streams: new RngStreams(seed) })
        const [role] = environment.roles
        const streams = new RngStreams(seed).split(role.name)
        const { maximumEpisodeSteps } = environment
        const agent = await definition.create(decoded, {
          role,
          maximumEpisodeSteps,
          instances: INSTANCES,
          evaluationInstances: EVALUATION_INSTANCES,
          schemes: environment.schemes,
          streams
        })
        return {
          environment,
          role,
          agent,
          streams,
          recorder: new TransitionRecorder(role, INSTANCES, maximumEpisodeSteps),
          gradientSteps: 0
        }
      }

      describe(`on ${toy.name}`, () => {
        test("answers every row inside the action space, for any number of rows", async () => {
          const session = await start()
          await play(session, rounds, (move) => checkMove(session.role, move, INSTANCES))
          for (const size of [1, 7]) {
            session.environment.reset({ evaluation: session.environment.evaluationSet(0, size) })
            checkMove(session.role, await actGreedily(session), size)
          }
          await session.agent.close()
        })

        test("changes nothing by acting without exploration", async () => {
          const session = await start()
          await play(session, rounds)
          const before = await snapshot(session.agent)
          await actGreedily(session)
          await actGreedily(session)
          expect(await snapshot(session.agent)).toEqual(before)
          if (definition.isDeterministic)
            expect(copy(await actGreedily(session))).toEqual(copy(await actGreedily(session, 9)))
          await session.agent.close()
        })

        test("gives the same bytes for the same seed", async () => {
          const trace = async () => {
            const session = await start(3)
            const moves = await play(session, rounds)
            const state = await snapshot(session.agent)
            await session.agent.close()
            return { moves, state }
          }
          expect(await trace()).toEqual(await trace())
        })

        test("goes on after save and restore as if it had never stopped", async () => {
          const original = await start(5)
          await play(original, rounds)
          const state = await snapshot(original.agent)
          const streams = original.streams.save()
          const restored = await start(6)
          await restored.agent.restore(state)
          restored.streams.restore(streams)
          const continued = await Promise.all([original, restored].map((session) => replay(session, rounds)))
          expect(continued[1]).toEqual(continued[0])
          await original.agent.close()
          await restored.agent.close()
        })

        test("acts the same from its policy alone, if it has one that stands alone", async () => {
          const original = await start(5)
          await play(original, rounds)
          if (original.agent.exportPolicy !== undefined) {
            const policy = structuredClone(await original.agent.save("policy"))
            const copied = await start(6)
            await copied.agent.restore(policy)
            const observations = original.environment.observe().slice()
            const actions = await Promise.all(
              [original, copied].map(async ({ agent, role }) =>
                copy(
                  await agent.act(observations, {
                    explore: false,
                    progress: 1,
                    rngStream: new RngStreams(4).get(role.name)
                  })
                )
              )
            )
            expect(actions[1]).toEqual(actions[0])
            for (const deterministic of [false, true]) {
              const file = await original.agent.exportPolicy({ deterministic })
              expect(file.onnx.length).toBeGreaterThan(100)
              expect(file.inputs.observations).toEqual([1, original.role.observation.width])
              if (deterministic) expect(Object.keys(file.noise)).toEqual([])
            }
            await copied.agent.close()
          }
          await original.agent.close()
        })

        test(definition.trains ? "takes gradient steps" : "takes no gradient step", async () => {
          const session = await start()
          await play(session, rounds)
          if (definition.trains) expect(session.gradientSteps).toBeGreaterThan(0)
          else expect(session.gradientSteps).toBe(0)
          await session.agent.close()
        })

        const trial = async (listener: Partial<TrialListener> = {}, resume?: SavedState) => {
          const measurements: Measurement[] = []
          const [role] = toy.create({}).roles
          const end = await runTrial(
            {
              environment: { definition: toy, config: {} },
              agents: { [role.name]: { definition, config: decoded } },
              budget: { envSteps: rounds * INSTANCES, instances: INSTANCES },
              evaluation: { size: EVALUATION_INSTANCES, seed: 1, points: 3, draws: 2, maximumEpisodeSteps: 10 },
              seed: 0
            },
            { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false, ...listener },
            resume
          )
          return { end, measurements }
        }

        test("plays a whole trial", async () => {
          const { end, measurements } = await trial()
          expect(end).toBe("complete")
          expect(measurements.at(-1)?.kind).toBe("evaluation")
          expect(measurements.at(-1)?.values.score).toBeTypeOf("number")
        })

        if (definition.trains) {
          test("a trial that was stopped and resumed measures the same, and ends in the same policy", async () => {
            let [round, state]: [number, SavedState | undefined] = [0, undefined]
            const policies: SavedState[] = []
            const keepPolicy = { policies: (policy: SavedState) => void policies.push(structuredClone(policy)) }
            const whole = await trial(keepPolicy)
            const stopped = await trial({
              shouldStop: () => ++round > 0.6 * rounds,
              checkpoint: (saved) => {
                state = structuredClone(saved)
              }
            })
            expect(stopped.end).toBe("stopped")
            expect(await trial(keepPolicy, state)).toEqual(whole)
            expect(policies[1]).toEqual(policies[0])
          })
        }
      })
    }
  })
}

interface Session {
  readonly environment: Environment
  readonly role: Role
  readonly agent: Agent
  readonly streams: RngStreams
  readonly recorder: TransitionRecorder
  gradientSteps: number
}

/** The toys whose action space the agent can play, each with the schemes that it names. */
const toysFor = (definition: AgentDefinition, schemes: readonly string[]): readonly EnvironmentDefinition[] => {
  const toys = definition.actionSpaces.flatMap((kind) =>
    kind === "box" ? [boxBandit, truncatingBox] : [discreteBandit]
  )
  if (schemes.length === 0) return toys
  return [
    defineToy({
      name: "toy-schemes",
      summary: "Declares schemes",
      roles: "box",
      episodeSteps: 2,
      ending: "truncated",
      schemes
    })
  ]
}

/** One trial's inner loop without evaluation; returns copies of the moves. */
const play = async (
  session: Session,
  rounds: number,
  look: (move: Move) => void = () => {}
): Promise<readonly Move[]> => {
  const { environment, agent, recorder, streams } = session
  const moves: Move[] = []
  for (let round = 0; round < rounds; round++) {
    const options = { explore: true, progress: round / rounds, rngStream: streams.get("explore") }
    const observations = environment.observe().slice()
    const move = await agent.act(observations, options)
    look(move)
    moves.push(copy(move))
    if (move instanceof Float32Array) recorder.acted(observations, move)
    for (const outcome of environment.step(move)) recorder.rewarded(outcome)
    const transitions = recorder.complete(environment.observe())
    if (transitions !== null) agent.observe(transitions)
    session.gradientSteps += (await agent.update({ progress: options.progress })).gradientSteps
  }
  return moves
}

/** The same fresh experience for both halves of the save-and-restore law. */
const replay = async (session: Session, rounds: number): Promise<unknown> => {
  session.environment.reset({ instances: INSTANCES, streams: new RngStreams(8) })
  const moves = await play(session, rounds)
  return { moves, state: await snapshot(session.agent) }
}

const actGreedily = ({ environment, agent, role }: Session, seed = 4): Move | Promise<Move> =>
  agent.act(environment.observe(), { explore: false, progress: 1, rngStream: new RngStreams(seed).get(role.name) })

const snapshot = async (agent: Agent): Promise<SavedState> => structuredClone(await agent.save())

const copy = (move: Move): Move => structuredClone(move)

const checkMove = ({ action, agentCount }: Role, move: Move, instances: number): void => {
  if (!(move instanceof Float32Array)) {
    expect(move.scheme).not.toBe("")
    return
  }
  expect(move.length).toBe(instances * agentCount * action.width)
  for (let i = 0; i < move.length; i++) {
    const isInside =
      action.kind === "box"
        ? move[i] >= action.low[i % action.width] && move[i] <= action.high[i % action.width]
        : Number.isInteger(move[i]) && move[i] >= 0 && move[i] < action.size
    expect(isInside, `action ${move[i]}`).toBe(true)
  }
}
