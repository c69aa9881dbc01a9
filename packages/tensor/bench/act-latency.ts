import {
  type Activation,
  compileOnnx,
  makeDenoiser,
  makeSchedule,
  mish,
  type Program,
  program,
  reverseChain,
  silu
} from "@twinpact/tensor"
import { RngStreams } from "../../core/src/random/rng-streams.ts"
import type { BenchmarkFigure } from "../../core/src/testing/benchmark.ts"
import { actorShapes, type UpdateSizes } from "./diffusion-update-program.ts"
import { median } from "./median.ts"
import { initialState } from "./replay-batches.ts"

/** Actions for a batch of observations: the whole chain. */
const actProgram = (sizes: UpdateSizes, activation: Activation): Program => {
  const { batch, state, action, denoisingSteps } = sizes
  return program({
    state: actorShapes(sizes),
    inputs: { observations: [batch, state], noise: [denoisingSteps, batch, action] },
    build: (parameters, { observations, noise }) => {
      const denoiser = makeDenoiser(parameters, "actor", observations, denoisingSteps, activation)
      return { outputs: { actions: reverseChain(denoiser, noise, { schedule: makeSchedule("vp", denoisingSteps) }) } }
    }
  })
}

/** Time of one call from drawing the noise to the actions: the median of many. */
export const measureActLatency = async (record: (figure: BenchmarkFigure) => void): Promise<void> => {
  for (const [width, target] of [
    [64, 150],
    [256, 300]
  ]) {
    for (const [name, activation] of [
      ["Mish", mish],
      ["SiLU", silu]
    ] as const) {
      for (const batch of [1, 512]) {
        const sizes = { batch, width, state: 9, action: 4, denoisingSteps: 6 }
        const value = await latency(sizes, activation, batch === 1 ? 4000 : 60)
        const goal = batch === 1 ? { target, comparison: "<=" as const } : {}
        record({ name: `act, B=${batch} h=${width} ${name}`, value, unit: "us", ...goal })
      }
    }
  }
}

const latency = async (sizes: UpdateSizes, activation: Activation, calls: number): Promise<number> => {
  const compiled = await compileOnnx({ act: actProgram(sizes, activation) }, { threads: 1 })
  const { state, batch, action, denoisingSteps } = sizes
  const all = initialState(sizes, false)
  await compiled.writeState(Object.fromEntries(Object.keys(actorShapes(sizes)).map((name) => [name, all[name]])))
  const streams = new RngStreams(4)
  const observations = new Float32Array(batch * state)
  const noise = new Float32Array(denoisingSteps * batch * action)
  streams.get("environment").fillUniform(observations, -1, 1)
  const times: number[] = []
  for (let i = -calls / 4; i < calls; i++) {
    const start = performance.now()
    streams.get("denoise").fillNormal(noise)
    await compiled.run("act", { observations, noise })
    if (i >= 0) times.push((performance.now() - start) * 1000)
  }
  await compiled.dispose()
  return median(times)
}
