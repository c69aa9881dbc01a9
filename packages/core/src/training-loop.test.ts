import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { type Agent, defineAgent } from "./agent.ts"
import { AgentError, DivergenceError } from "./errors.ts"
import type { Measurement } from "./measurement.ts"
import type { Budget, EvaluationPlan } from "./study/schema.ts"
import { boxBandit, discreteBandit, truncatingBox, twoRoles } from "./testing/toy-environments.ts"
import { runTrial, type TrialListener } from "./training-loop.ts"
import type { Transitions } from "./transition.ts"

/** Answers with a fixed offset from what it sees and remembers everything it was shown. */
const recordingAgent = (log: Transitions[], offset = 0, reward: Partial<Agent> = {}) =>
  defineAgent({
    name: "recording",
    version: "1",
    summary: "Answers what it sees",
    trains: true,
    isDeterministic: true,
    actionSpaces: ["box", "discrete"],
    config: Schema.Struct({}),
    create: (_, { role }): Agent => ({
      act: (observations) => {
        const rows = observations.length / 2
        return Float32Array.from({ length: rows }, (_unused, row) =>
          role.action.kind === "box"
            ? Math.max(-1, Math.min(1, observations[row * 2] + offset))
            : (role.discreteKey?.of(observations, row * 2) ?? 0)
        )
      },
      observe: (transitions) => void log.push(structuredClone(transitions)),
      update: () => ({ gradientSteps: 1, measurements: { loss: 2 } }),
      save: () => ({ tensors: {}, counters: {} }),
      restore: () => {},
      close: () => {},
      ...reward
    })
  })

const evaluation: EvaluationPlan = { size: 16, seed: 1, points: 1, draws: 1, maximumEpisodeSteps: 100 }

const play = async (
  environment: typeof boxBandit,
  definition: ReturnType<typeof recordingAgent>,
  budget: Budget,
  plan: Partial<EvaluationPlan> = {},
  listener: Partial<TrialListener> = {}
) => {
  const measurements: Measurement[] = []
  const roles = environment.create({}).roles.map(({ name }) => name)
  const end = await runTrial(
    {
      environment: { definition: environment, config: {} },
      agents: Object.fromEntries(roles.map((role) => [role, { definition, config: {} }])),
      budget,
      evaluation: { ...evaluation, ...plan },
      seed: 0
    },
    { measure: (measurement) => void measurements.push(measurement), shouldStop: () => false, ...listener }
  )
  return { end, measurements }
}

describe("runTrial", () => {
  test("counts instances x rounds and stops at the budget", async () => {
    const log: Transitions[] = []
    const { end, measurements } = await play(boxBandit, recordingAgent(log), { envSteps: 30, instances: 8 })
    expect(end).toBe("complete")
    expect(log.length).toBe(4) // ceil(30 / 8) rounds
    expect(measurements.map(({ kind, envSteps }) => [kind, envSteps])).toEqual([
      ["training", 32],
      ["evaluation", 32]
    ])
    expect(measurements[0].values).toEqual({ loss: 2, reward: 1 })
  })

  test("the budget of gradient steps ends training too", async () => {
    const { measurements } = await play(boxBandit, recordingAgent([]), { gradientSteps: 5, instances: 2 })
    expect(measurements.at(-1)).toMatchObject({ envSteps: 10, gradientSteps: 5 })
  })

  test("score is value / reference on the fixed set; the return sums an episode", async () => {
    const exact = await play(truncatingBox, recordingAgent([]), { envSteps: 10, instances: 2 })
    expect(exact.measurements.at(-1)?.values).toEqual({ score: 1, unscoredShare: 0, episodeReturn: 5, meanReward: 1 })
    const off = await play(boxBandit, recordingAgent([], 2), { envSteps: 10, instances: 2 })
    expect(off.measurements.at(-1)?.values.score).toBeLessThan(0.9)
  })

  test("evaluates at the start, at equal shares of the budget, and at the end", async () => {
    const { measurements } = await play(boxBandit, recordingAgent([]), { envSteps: 100, instances: 1 }, { points: 5 })
    const points = measurements.filter(({ kind }) => kind === "evaluation").map(({ envSteps }) => envSteps)
    expect(points).toEqual([0, 25, 50, 75, 100])
  })

  test("every role sees its own transitions, with the observation of its own next turn", async () => {
    const log: Transitions[] = []
    const { measurements } = await play(twoRoles, recordingAgent(log), { envSteps: 40, instances: 2 })
    const [speaker, chooser] = [2, 4].map((rows) => log.filter((transitions) => transitions.rows === rows))
    expect([speaker.length, chooser.length]).toEqual([20, 19]) // the last one of the chooser never saw what follows
    for (const own of [speaker, chooser]) {
      for (let i = 0; i + 1 < own.length; i++) {
        if (own[i].terminated[0] === 0) expect(own[i].nextObservations).toEqual(own[i + 1].observations)
      }
    }
    expect(measurements.at(-1)?.values).toMatchObject({ score: 1, "speaker/meanReward": 1, "chooser/meanReward": 1 })
  })

  test("stops between rounds when asked", async () => {
    let rounds = 0
    const { end, measurements } = await play(
      boxBandit,
      recordingAgent([]),
      { envSteps: 1000, instances: 1 },
      {},
      { shouldStop: () => ++rounds > 3 }
    )
    expect(end).toBe("stopped")
    expect(measurements).toEqual([])
  })

  test("is the same whatever is evaluated along the way", async () => {
    const trace = async (points: number) => {
      const log: Transitions[] = []
      await play(truncatingBox, recordingAgent(log), { envSteps: 60, instances: 3 }, { points })
      return log
    }
    expect(await trace(7)).toEqual(await trace(1))
  })

  test("closes its agents, also when one fails", async () => {
    let closed = 0
    const failing = recordingAgent([], 0, {
      update: () => {
        throw new Error("broken")
      },
      close: () => {
        closed += 1
      }
    })
    await expect(play(twoRoles, failing, { envSteps: 10, instances: 1 })).rejects.toThrow("broken")
    expect(closed).toBe(2)
  })

  test("refuses numbers that are no longer finite", async () => {
    const diverging = recordingAgent([], 0, { update: () => ({ gradientSteps: 1, measurements: { loss: NaN } }) })
    const failure = play(boxBandit, diverging, { envSteps: 4, instances: 1 })
    await expect(failure).rejects.toThrow(DivergenceError)
    await expect(failure).rejects.toThrow("loss is NaN after 4 environment steps: expected a finite number")
  })

  test("refuses an agent that cannot play the role's actions", async () => {
    const boxOnly = { ...recordingAgent([]), actionSpaces: ["box" as const] }
    await expect(play(discreteBandit, boxOnly, { envSteps: 4, instances: 1 })).rejects.toThrow(AgentError)
  })
})
