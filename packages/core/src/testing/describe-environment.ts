import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import type { Environment, EnvironmentDefinition, Outcome, Role } from "../environment.ts"
import { EnvironmentError } from "../errors.ts"
import type { RngStream } from "../random/rng-stream.ts"
import { RngStreams } from "../random/rng-streams.ts"
import { describeSettings } from "../setting.ts"

const INSTANCES = 5
const ROUNDS = 25

/**
 * The laws of `Environment` as a test suite: three lines make a third-party package pass the same checks as our own.
 *
 * @param config keys as in a study file; everything else takes its default.
 */
export const describeEnvironment = (
  definition: EnvironmentDefinition,
  config: Readonly<Record<string, unknown>> = {}
): void => {
  const decoded = Schema.decodeUnknownSync(definition.config)(config)
  const create = () => definition.create(decoded)
  const started = (seed = 1) => {
    const environment = create()
    environment.reset({ instances: INSTANCES, streams: new RngStreams(seed) })
    return environment
  }

  describe(`environment ${definition.name} ${JSON.stringify(config)}`, () => {
    test("is declared completely", () => {
      const environment = create()
      expect(definition.version).not.toBe("")
      expect(definition.summary).not.toBe("")
      for (const { key, description } of describeSettings(definition.config))
        expect(description, `config key ${key}`).not.toBe("")
      expect(environment.roles.length).toBeGreaterThan(0)
      expect(new Set(environment.roles.map(({ name }) => name)).size).toBe(environment.roles.length)
      for (const role of environment.roles) checkSpaces(role)
      for (const scheme of environment.schemes) expect(environment.roles.map(({ name }) => name)).toContain(scheme.role)
    })

    test("lets every role move once per round, in order, and rewards each of them", () => {
      play(started(), (environment, outcomes, turn) => {
        expect(environment.acting).toBe(environment.roles[(turn + 1) % environment.roles.length])
        for (const outcome of outcomes) checkOutcome(environment, outcome)
      })
    })

    test("reports the outcome of each role exactly once per round", () => {
      const counts = new Map<string, number>()
      const environment = started()
      play(environment, (_, outcomes) => {
        for (const { role } of outcomes) counts.set(role.name, (counts.get(role.name) ?? 0) + 1)
      })
      expect([...counts.values()]).toEqual(environment.roles.map(() => ROUNDS))
    })

    test("ends episodes only at the end of a round, and within the declared length", () => {
      const lengths = new Int32Array(INSTANCES)
      play(started(), (environment, outcomes, turn) => {
        const isRoundOver = turn % environment.roles.length === environment.roles.length - 1
        for (const { role, terminated, truncated } of outcomes) {
          for (let i = 0; i < INSTANCES; i++) {
            if (role !== environment.roles[0]) continue
            lengths[i] += 1
            const hasEnded = terminated[i] === 1 || truncated[i] === 1
            expect(hasEnded && !isRoundOver).toBe(false)
            if (environment.maximumEpisodeSteps !== null) {
              expect(lengths[i]).toBeLessThanOrEqual(environment.maximumEpisodeSteps)
              if (lengths[i] === environment.maximumEpisodeSteps) expect(hasEnded).toBe(true)
            }
            if (hasEnded) lengths[i] = 0
          }
        }
      })
    })

    test("shows finite observations inside their bounds, and the same ones when asked twice", () => {
      const environment = started()
      const moves = new RngStreams(2).get("moves")
      for (let turn = 0; turn < ROUNDS * environment.roles.length; turn++) {
        const role = environment.acting
        const first = environment.observe().slice()
        expect(first.length).toBe(INSTANCES * role.agentCount * role.observation.width)
        checkInside(role, first)
        expect(environment.observe()).toEqual(first)
        environment.step(randomMove(role, INSTANCES, moves))
      }
    })

    test("gives the same bytes for the same seed and moves", () => {
      const [first, second] = [record(started(7)), record(started(7))]
      expect(second).toEqual(first)
    })

    test("replays an evaluation set exactly, whatever was trained in between", () => {
      const environment = create()
      const set = environment.evaluationSet(3, INSTANCES)
      expect(set.size).toBe(INSTANCES)
      expect(set.references.length).toBe(INSTANCES)
      expect(create().evaluationSet(3, INSTANCES).references).toEqual(set.references)
      environment.reset({ evaluation: set })
      const first = record(environment)
      environment.reset({ instances: INSTANCES, streams: new RngStreams(4) })
      record(environment)
      environment.reset({ evaluation: set })
      expect(record(environment)).toEqual(first)
    })

    test("draws nothing from a trial's streams in evaluation", () => {
      const trained = (evaluateFirst: boolean) => {
        const environment = create()
        const set = environment.evaluationSet(3, INSTANCES)
        if (evaluateFirst) {
          environment.reset({ evaluation: set })
          record(environment)
        }
        environment.reset({ instances: INSTANCES, streams: new RngStreams(5) })
        return record(environment)
      }
      expect(trained(true)).toEqual(trained(false))
    })

    test("goes on after save and restore as if it had never stopped, if it can be saved", () => {
      const [streams, otherStreams] = [new RngStreams(6), new RngStreams(9)]
      const [environment, other] = [create(), create()]
      expect(environment.save === undefined).toBe(environment.restore === undefined)
      if (environment.save === undefined) return
      environment.reset({ instances: INSTANCES, streams })
      record(environment)
      const [state, draws] = [structuredClone(environment.save()), streams.save()]
      const expected = record(environment)
      other.reset({ instances: INSTANCES, streams: otherStreams })
      other.restore!(state)
      otherStreams.restore(draws)
      expect(record(other)).toEqual(expected)
    })

    test("plays every scheme that it declares, and refuses others", () => {
      for (const scheme of create().schemes) {
        const environment = started()
        const moves = new RngStreams(2).get("moves")
        while (environment.acting.name !== scheme.role)
          environment.step(randomMove(environment.acting, INSTANCES, moves))
        const options = Object.fromEntries(
          Object.entries(scheme.options).map(([name, option]) => [name, option.default])
        )
        const outcomes = [...environment.step({ scheme: scheme.name, options })]
        while (environment.acting !== environment.roles[0]) {
          outcomes.push(...environment.step(randomMove(environment.acting, INSTANCES, moves)))
        }
        expect(outcomes.length, scheme.name).toBeGreaterThan(0)
        for (const outcome of outcomes) checkOutcome(environment, outcome)
      }
      expect(() => started().step({ scheme: "no-such-scheme", options: {} })).toThrow(EnvironmentError)
    })

    test("refuses a move of the wrong length", () => {
      expect(() => started().step(new Float32Array(INSTANCES * 1000 + 1))).toThrow(EnvironmentError)
    })
  })
}

/** Random moves inside the action space, one row per player. */
const randomMove = ({ action, agentCount }: Role, instances: number, rngStream: RngStream): Float32Array => {
  const move = new Float32Array(instances * agentCount * action.width)
  for (let i = 0; i < move.length; i++) {
    const low = action.kind === "box" ? Math.max(-1e3, action.low[i % action.width]) : 0
    const high = action.kind === "box" ? Math.min(1e3, action.high[i % action.width]) : 0
    move[i] = action.kind === "box" ? low + (high - low) * rngStream.uniform() : rngStream.integer(action.size)
  }
  return move
}

const play = (
  environment: Environment,
  look: (environment: Environment, outcomes: readonly Outcome[], turn: number) => void
): void => {
  const moves = new RngStreams(2).get("moves")
  for (let turn = 0; turn < ROUNDS * environment.roles.length; turn++) {
    look(environment, environment.step(randomMove(environment.acting, INSTANCES, moves)), turn)
  }
}

/** Everything that came out of some rounds of random moves, copied. */
const record = (environment: Environment): unknown => {
  const trace: unknown[] = [environment.observe().slice()]
  play(environment, (_, outcomes) => {
    trace.push(
      outcomes.map((outcome) => [outcome.role.name, withoutStaleRows(outcome)]),
      environment.observe().slice()
    )
  })
  return trace
}

/** A copy in which final observations of instances that go on are 0: they mean nothing. */
const withoutStaleRows = ({ role, ...values }: Outcome): unknown => {
  const copy = structuredClone(values)
  const { finalObservations, terminated, truncated } = copy
  const width = role.agentCount * role.observation.width
  for (let i = 0; finalObservations !== null && i < INSTANCES; i++) {
    if (terminated[i] + truncated[i] === 0) finalObservations.fill(0, i * width, (i + 1) * width)
  }
  return copy
}

const checkSpaces = ({ observation, action, agentCount, discreteKey }: Role): void => {
  expect(agentCount).toBeGreaterThan(0)
  for (const space of [observation, action]) {
    if (space.kind === "discrete") {
      expect(space.labels.length).toBe(space.size)
      continue
    }
    expect([space.low.length, space.high.length, space.labels.length]).toEqual([space.width, space.width, space.width])
    for (let i = 0; i < space.width; i++) expect(space.low[i]).toBeLessThanOrEqual(space.high[i])
  }
  if (discreteKey !== undefined) expect(discreteKey.count).toBeGreaterThan(0)
}

const checkInside = ({ observation, agentCount, discreteKey }: Role, rows: Float32Array): void => {
  for (let i = 0; i < rows.length; i++) {
    const component = i % observation.width
    const isInside = rows[i] >= observation.low[component] && rows[i] <= observation.high[component]
    expect(isInside, `${observation.labels[component]} = ${rows[i]}`).toBe(true)
  }
  for (let row = 0; discreteKey !== undefined && row < INSTANCES * agentCount; row++) {
    const key = discreteKey.of(rows, row * observation.width)
    expect(Number.isInteger(key) && key >= 0 && key < discreteKey.count, `discreteKey ${key}`).toBe(true)
  }
}

const checkOutcome = (environment: Environment, outcome: Outcome): void => {
  const { role, rewards, terminated, truncated, finalObservations, measurements } = outcome
  expect(environment.roles).toContain(role)
  expect(rewards.length).toBe(INSTANCES * role.agentCount)
  expect(rewards.every(Number.isFinite), `rewards of ${role.name}: ${rewards}`).toBe(true)
  for (let i = 0; i < INSTANCES; i++) {
    expect(terminated[i] + truncated[i]).toBeLessThanOrEqual(1)
    if (truncated[i] === 1) expect(finalObservations).not.toBeNull()
  }
  if (finalObservations !== null) {
    expect(finalObservations.length).toBe(INSTANCES * role.agentCount * role.observation.width)
  }
  for (const [name, values] of Object.entries(measurements)) expect(values.length, name).toBe(INSTANCES)
}
