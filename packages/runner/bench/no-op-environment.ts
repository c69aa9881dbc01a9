import { boxSpace, defineEnvironment, type Outcome } from "@twinpact/core"
import { Schema } from "effect"

/** One step of nothing: what is left of a trial is what the runner adds. */
export default defineEnvironment({
  name: "no-op",
  version: "1",
  summary: "Does nothing, for measuring the runner",
  config: Schema.Struct({}),
  create: () => {
    const role = {
      name: "player",
      agentCount: 1,
      observation: boxSpace([["x", 0, 1]]),
      action: boxSpace([["a", 0, 1]])
    }
    const zeros = new Float64Array(1)
    const outcome: Outcome = {
      role,
      rewards: zeros,
      terminated: new Uint8Array(1).fill(1),
      truncated: new Uint8Array(1),
      finalObservations: null,
      scores: zeros,
      measurements: {}
    }
    const observation = new Float32Array(1)
    return {
      roles: [role],
      maximumEpisodeSteps: 1,
      schemes: [],
      acting: role,
      evaluationSet: (seed, size) => ({ seed, size, references: zeros }),
      reset: () => {},
      observe: () => observation,
      step: () => [outcome]
    }
  }
})
