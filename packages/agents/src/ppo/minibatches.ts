import type { RngStream } from "@twinpact/core"
import { copyRow, type Rollout } from "@twinpact/core/learning"
import type { CompiledPrograms } from "@twinpact/tensor"

/** One number for every transition of a rollout. */
type Columns = Readonly<Record<"oldLogDensity" | "advantages" | "valueTargets", Float32Array>>

/** Cuts a full rollout into the batches that the programs take. */
export class Minibatches {
  private readonly rollout: Rollout
  private readonly batchSize: number
  private readonly size: number
  private readonly order: Int32Array
  private readonly rows
  private readonly columns

  constructor(rollout: Rollout, batchSize: number) {
    const { steps, rows, observationWidth, actionWidth } = rollout.shape
    this.rollout = rollout
    this.batchSize = batchSize
    this.size = steps * rows
    this.order = new Int32Array(this.size)
    this.rows = {
      observations: new Float32Array(batchSize * observationWidth),
      actions: new Float32Array(batchSize * actionWidth)
    }
    this.columns = {
      oldLogDensity: new Float32Array(batchSize),
      advantages: new Float32Array(batchSize),
      valueTargets: new Float32Array(batchSize)
    }
  }

  /** V(e), log pi(a|e) and, where anything follows, V(e') of every transition under the present parameters. */
  async assess(compiled: CompiledPrograms): Promise<{
    readonly values: Float32Array
    readonly logDensities: Float32Array
    readonly nextValues: Float32Array
  }> {
    const { observations, nextObservations, shape } = this.rollout
    const values = new Float32Array(this.size)
    const logDensities = new Float32Array(this.size)
    const nextValues = new Float32Array(this.size)
    for (let from = 0; from < this.size; from += this.batchSize) {
      const count = Math.min(this.batchSize, this.size - from)
      const present = await this.assessBatch(compiled, observations, from, count)
      values.set(present.value.subarray(0, count), from)
      logDensities.set(present.logDensity.subarray(0, count), from)
      if (!shape.hasNext) continue
      const { value } = await this.assessBatch(compiled, nextObservations, from, count)
      nextValues.set(value.subarray(0, count), from)
    }
    return { values, logDensities, nextValues }
  }

  /** Whole batches in random order, without replacement; a remainder is left out. The arrays are reused. */
  *shuffled(columns: Columns, rngStream: RngStream) {
    const { order, batchSize, rows } = this
    order.forEach((_, i) => {
      order[i] = i
    })
    for (let i = order.length - 1; i > 0; i--) {
      const j = rngStream.integer(i + 1)
      const swapped = order[i]
      order[i] = order[j]
      order[j] = swapped
    }
    const { observationWidth, actionWidth } = this.rollout.shape
    for (let from = 0; from + batchSize <= order.length; from += batchSize) {
      for (let row = 0; row < batchSize; row++) {
        const at = order[from + row]
        copyRow(this.rollout.observations, at, rows.observations, row, observationWidth)
        copyRow(this.rollout.actions, at, rows.actions, row, actionWidth)
        for (const name of COLUMNS) this.columns[name][row] = columns[name][at]
      }
      yield { ...rows, ...this.columns }
    }
  }

  private assessBatch(compiled: CompiledPrograms, observations: Float32Array, from: number, count: number) {
    const { observationWidth, actionWidth } = this.rollout.shape
    const { rows } = this
    rows.observations.set(observations.subarray(from * observationWidth, (from + count) * observationWidth))
    rows.actions.set(this.rollout.actions.subarray(from * actionWidth, (from + count) * actionWidth))
    return compiled.run("assess", rows)
  }
}

const COLUMNS = ["oldLogDensity", "advantages", "valueTargets"] as const
