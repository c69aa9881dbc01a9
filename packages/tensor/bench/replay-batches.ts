import { initialiseParameters, type Shape } from "@twinpact/tensor"
import { RngStreams } from "../../core/src/random/rng-streams.ts"
import { actorShapes, criticShapes, type UpdateSizes, updateStateShapes } from "./diffusion-update-program.ts"

const REPLAY_ROWS = 20_000

type Arrays = Readonly<Record<string, Float32Array>>

/** State of a fresh trial: parameters as PyTorch draws them, targets equal to them, moments zero. */
export const initialState = (sizes: UpdateSizes, hasTargets: boolean, seed = 1): Record<string, Float32Array> => {
  const rngStream = new RngStreams(seed).get("init")
  const parameters = initialiseParameters({ ...actorShapes(sizes), ...criticShapes(sizes) }, rngStream)
  return Object.fromEntries(
    Object.entries(updateStateShapes(sizes, hasTargets)).map(([name, shape]) => [
      name,
      parameters[name.replace(/^target\./, "")] ?? new Float32Array(elementsOf(shape))
    ])
  )
}

export const elementsOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

/** Inputs of one update after another: a random batch gathered from replay arrays, fresh noise for both chains. */
export class ReplayBatches {
  private readonly streams = new RngStreams(2)
  private readonly fields: readonly {
    readonly source: Float32Array
    readonly target: Float32Array
    readonly width: number
  }[]
  private readonly rows: Int32Array
  private readonly noise: readonly Float32Array[]
  private readonly batch: number
  private readonly inputs: Arrays

  constructor({ batch, state, action, denoisingSteps }: UpdateSizes, hasTargets: boolean) {
    this.batch = batch
    const environment = this.streams.get("environment")
    const widths = {
      observations: state,
      actions: action,
      rewards: 1,
      ...(hasTargets ? { nextObservations: state, continues: 1 } : {})
    }
    const replay = mapValues(widths, (width) => {
      const rows = new Float32Array(REPLAY_ROWS * width)
      environment.fillUniform(rows, -1, 1)
      return rows
    })
    replay.continues?.forEach((draw, row, continues) => {
      continues[row] = draw < 0.8 ? 1 : 0
    })
    const noise = mapValues(hasTargets ? { noise: action, targetNoise: action } : { noise: action }, (width) => {
      return new Float32Array(denoisingSteps * batch * width)
    })
    this.noise = Object.values(noise)
    this.inputs = { ...mapValues(widths, (width) => new Float32Array(batch * width)), ...noise }
    this.rows = new Int32Array(batch)
    this.fields = Object.entries(replay).map(([name, source]) => {
      const target = this.inputs[name]
      return { source, target, width: target.length / batch }
    })
  }

  /** The same arrays every time, with new numbers. */
  next(): Arrays {
    const replay = this.streams.get("replay")
    for (let i = 0; i < this.batch; i++) this.rows[i] = replay.integer(REPLAY_ROWS)
    for (const { source, target, width } of this.fields) {
      for (let i = 0; i < this.batch; i++) {
        const from = this.rows[i] * width
        for (let j = 0; j < width; j++) target[i * width + j] = source[from + j]
      }
    }
    for (const noise of this.noise) this.streams.get("denoise").fillNormal(noise)
    return this.inputs
  }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
