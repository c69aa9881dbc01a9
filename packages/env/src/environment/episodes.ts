import { type InstanceSet, type RngStream, type RngStreams, restoreInto, type SavedState, vector } from "@twinpact/core"
import { copyInstances, createInstanceBatch, type InstanceBatch } from "../contract/instance-batch.ts"
import { sampleInto } from "../distribution/sample-instances.ts"
import { createDrawnDevices, type DrawnDevices, drawDevices } from "./drawn-devices.ts"
import { drift } from "./drift.ts"
import { evaluationStream } from "./evaluation-stream.ts"
import type { ContractSettings } from "./settings.ts"

/** Where the instances and their devices come from. */
interface Sources {
  readonly instances: RngStream
  readonly drift: RngStream
  readonly devices: RngStream
}

/**
 * The instances that are being played. All of them are at the same step of their episodes, so they end together.
 *
 * In training an episode ends with fresh instances; in evaluation each instance returns to its own beginning.
 */
export class Episodes {
  readonly batch: InstanceBatch
  /** Null where types are weighed by their probability. */
  readonly devices: DrawnDevices | null
  private readonly settings: ContractSettings
  private readonly sources: Sources
  private readonly initial: InstanceBatch | null
  private steps = 0

  private constructor(settings: ContractSettings, size: number, sources: Sources, isEvaluation: boolean) {
    const { distribution, typeCount } = settings
    this.settings = settings
    this.sources = sources
    this.batch = createInstanceBatch(distribution.economy, typeCount, size)
    this.devices = settings.hasDrawnDevices ? createDrawnDevices(this.batch) : null
    this.draw()
    this.initial = isEvaluation ? createInstanceBatch(distribution.economy, typeCount, size) : null
    if (this.initial !== null) copyInstances(this.batch, this.initial)
  }

  static training(settings: ContractSettings, instances: number, streams: RngStreams): Episodes {
    const instanceStream = streams.get("environment")
    const sources = { instances: instanceStream, drift: instanceStream, devices: streams.get("environment-devices") }
    return new Episodes(settings, instances, sources, false)
  }

  static evaluation(settings: ContractSettings, { seed, size }: Pick<InstanceSet, "seed" | "size">): Episodes {
    const sources = {
      instances: evaluationStream(seed, "instances"),
      drift: evaluationStream(seed, "drift"),
      devices: evaluationStream(seed, "devices")
    }
    return new Episodes(settings, size, sources, true)
  }

  /** How many devices are of each type, `[size, typeCount]`. */
  get shares(): Float64Array {
    return this.devices === null ? this.batch.typeProbabilities : this.devices.shares
  }

  /** True in the last round of the episodes. */
  get isLastStep(): boolean {
    return this.steps + 1 === this.settings.config.episodeSteps
  }

  /** Ends a round: the instances drift on. Not needed before `restart` in episodes of one step. */
  advance(): void {
    drift(this.batch, this.settings.distribution, this.sources.drift)
    this.steps += 1
  }

  /** Begins new episodes. */
  restart(): void {
    this.steps = 0
    if (this.initial === null) this.draw()
    else copyInstances(this.initial, this.batch)
  }

  save(): SavedState {
    const tensors = Object.entries(this.arrays()).map(([name, values]) => [name, vector(values.slice())] as const)
    return { tensors: Object.fromEntries(tensors), counters: { steps: this.steps } }
  }

  restore(saved: SavedState): void {
    for (const [name, values] of Object.entries(this.arrays())) restoreInto(saved, name, values)
    this.steps = Number(saved.counters.steps)
  }

  /** Everything that rounds change. */
  private arrays(): Readonly<Record<string, Float64Array | Uint8Array>> {
    const { unitCosts, unitRevenues, deviceTypes, typeProbabilities, breakEvenPrices, participationPayments } =
      this.batch
    const instances = {
      unitCosts,
      unitRevenues,
      deviceTypes,
      typeProbabilities,
      breakEvenPrices,
      participationPayments
    }
    return this.devices === null ? instances : { ...instances, types: this.devices.types, shares: this.devices.shares }
  }

  private draw(): void {
    const { batch, devices, sources } = this
    for (let i = 0; i < batch.size; i++) sampleInto(this.settings.distribution, batch, i, sources.instances)
    if (devices !== null) drawDevices(batch, devices, sources.devices)
  }
}
