import { describeAgent } from "@twinpact/core/testing"
import { agents } from "./index.ts"

const network = { hiddenWidths: [8], batchSize: 8 }
const replay = { batchSize: 16, learningStarts: 20 }
const diffusion = { ...replay, width: 16, denoisingSteps: 2 }
const pruning = { start: 0, duration: 0.5, events: 4 }

/** One or more configurations of every agent, small enough to take many gradient steps in a moment. */
const CASES: Readonly<Record<string, readonly Parameters<typeof describeAgent>[1][]>> = {
  random: [{}],
  optimal: [{ schemes: ["second-best"], config: { margin: 0.1 } }],
  "complete-information": [{ schemes: ["first-best"] }],
  pooled: [{ schemes: ["pooled"] }],
  "top-type-only": [{ schemes: ["top-type-only"] }],
  "independent-q": [{}, { config: { parameters: "own" } }, { config: { parameters: "shared" } }],
  "independent-dqn": [
    { config: { parameters: "shared", ...network } },
    { config: { parameters: "per-type", ...network } },
    { config: { parameters: "own", ...network } }
  ],
  ddpg: [{ config: { hiddenWidths: [8], ...replay } }],
  sac: [{ config: { hiddenWidths: [8], ...replay } }],
  ppo: [{ config: { hiddenWidths: [8], batchSize: 16, rolloutSize: 32, updateEpochs: 2 } }],
  "diffusion-ddpg": [{ config: diffusion }],
  "diffusion-sac": [
    { config: { ...diffusion, observationScaling: "bounds" } },
    { config: { ...diffusion, entropy: "path-bound" } },
    { config: { ...diffusion, entropy: "adaptive-noise" } },
    { config: { ...diffusion, denoisingSteps: 1, learningRateDecay: "linear" } }
  ],
  "pruned-diffusion-sac": [
    { config: { ...diffusion, pruning } },
    { config: { ...diffusion, pruning: { ...pruning, importance: "taylor", critics: true } } },
    { config: { ...diffusion, pruning: { ...pruning, importance: "activation", threshold: "mass" } } },
    { config: { ...diffusion, pruning: { ...pruning, mode: "mask-only", importance: "random" } } },
    { config: { ...diffusion, pruning: { ...pruning, mode: "dense-small" } } }
  ]
}

for (const definition of agents) {
  const cases = CASES[definition.name]
  if (cases === undefined) throw new Error(`no conformance case for agent "${definition.name}"`)
  for (const options of cases) describeAgent(definition, options)
}
