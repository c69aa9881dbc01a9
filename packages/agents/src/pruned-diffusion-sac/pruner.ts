import { type AgentContext, joinStates, partOfState, restoreInto, type SavedState, vector } from "@twinpact/core"
import type { LearnerCompanion, ReplayLearner } from "@twinpact/core/learning"
import { type NamedValues, type Programs, packedShape, unpackValues } from "@twinpact/tensor"
import { type DiffusionWidths, diffusionNetworks } from "../diffusion-sac/networks.ts"
import { cutNetwork, zeroDead } from "./compaction.ts"
import type { PruningConfig } from "./config.ts"
import { magnitudes, outgoingNorms } from "./importance.ts"
import { multiplyAccumulates, type NeuronGroup, neuronGroups, withUnits } from "./neuron-groups.ts"
import { eventsDue, sparsityAt } from "./schedule.ts"
import { TAYLOR } from "./taylor.ts"
import { type LayerState, normaliseByLayer, removeLeastImportant } from "./threshold.ts"

const unitsKept = (units: number, { minimumShare, minimumWidth }: PruningConfig): number =>
  Math.min(units, Math.max(minimumWidth, Math.ceil(minimumShare * units)))

/** A width that holds so many neurons of a layer: the next multiple, at most what there was. */
const widthFor = (count: number, units: number, { widthMultiple }: PruningConfig): number =>
  Math.min(units, Math.ceil(count / widthMultiple) * widthMultiple)

/** The widths that pruning every layer alike would end at. */
export const denseSmallWidths = (widths: DiffusionWidths, pruning: PruningConfig): DiffusionWidths =>
  withUnits(
    widths,
    neuronGroups(widths, pruning.critics).map(({ units }) => {
      const count = units - Math.floor(pruning.rate * units + 1e-9)
      return widthFor(Math.max(count, unitsKept(units, pruning)), units, pruning)
    })
  )

/** What the pruner needs of the learner that it shrinks. */
export interface PruningPlan {
  readonly pruning: PruningConfig
  readonly context: AgentContext
  readonly denoisingSteps: number
  /** The learner's programs at these widths. */
  readonly programs: (widths: DiffusionWidths) => Programs
  /** Mean activity E|h_i| of all prunable neurons on a batch of experience, group after group. */
  readonly activity: (learner: ReplayLearner) => Promise<Float32Array>
}

/**
 * Structured pruning while training (Zhu and Gupta's schedule; layer-normalised importance; floors per layer).
 *
 * A dead neuron has zeros in everything that enters or leaves it: the function no longer depends on it and its gradients
 * are exactly zero, so zeroed weights are the mask. Where enough of them have gathered, weights, moments and targets are
 * cut down, and the programs of the smaller widths take over.
 */
export class Pruner implements LearnerCompanion {
  widths: DiffusionWidths
  private readonly plan: PruningPlan
  /** Prunable neurons at the start. */
  private readonly total: number
  private groups: readonly NeuronGroup[]
  private living: Uint8Array[]
  private readonly minimums: readonly number[]
  private events = 0
  /** What is measured after every update; only events change it. */
  private size: Readonly<Record<string, number>>

  constructor(plan: PruningPlan, widths: DiffusionWidths) {
    this.plan = plan
    this.widths = widths
    this.groups = neuronGroups(widths, plan.pruning.critics)
    this.living = this.groups.map(({ units }) => new Uint8Array(units).fill(1))
    this.total = this.groups.reduce((sum, { units }) => sum + units, 0)
    this.minimums = this.groups.map(({ units }) => unitsKept(units, plan.pruning))
    this.size = this.measureSize()
  }

  /** Prunes when an event is due; returns its `size`. */
  async afterUpdate(learner: ReplayLearner, progress: number): Promise<Readonly<Record<string, number>>> {
    const { pruning } = this.plan
    const due = eventsDue(pruning, progress)
    if (due > this.events) {
      const before = sparsityAt(pruning, this.events)
      this.events = due
      const removed = await this.removeNeurons(learner, sparsityAt(pruning, due), before)
      if (removed > 0) await this.zero(learner)
      if (pruning.mode !== "mask-only") await this.compactIfWorthIt(learner, due === pruning.events)
      this.size = this.measureSize()
    }
    return this.size
  }

  /** The share of neurons that is gone, and the parameters that the actor's programs hold. */
  private measureSize(): Readonly<Record<string, number>> {
    const living = this.living.reduce((sum, flags) => sum + flags.reduce((count, flag) => count + flag, 0), 0)
    const [actorParameters] = packedShape(this.networks(this.widths).actor.shapes)
    return { sparsity: 1 - living / this.total, actorParameters }
  }

  private networks(widths: DiffusionWidths) {
    return diffusionNetworks(widths, this.plan.context)
  }

  private async removeNeurons(learner: ReplayLearner, sparsity: number, before: number): Promise<number> {
    const importances = await this.importances(learner)
    const layers = importances.map(
      (importance, g): LayerState => ({
        importance,
        living: this.living[g],
        minimum: this.minimums[g]
      })
    )
    for (const layer of layers) normaliseByLayer(layer)
    return removeLeastImportant(layers, this.plan.pruning.threshold, { total: this.total, sparsity, before })
  }

  /** What each neuron is worth, group after group. */
  private async importances(learner: ReplayLearner): Promise<readonly Float64Array[]> {
    const { importance } = this.plan.pruning
    if (importance === "random") {
      const rngStream = this.plan.context.streams.get("prune")
      return this.groups.map(({ units }) => Float64Array.from({ length: units }, () => rngStream.uniform()))
    }
    if (importance === "taylor") {
      const { [TAYLOR]: taylor } = await learner.compiled.readState([TAYLOR])
      return this.byGroup(taylor)
    }
    const networks = this.networks(this.widths)
    const state = await learner.compiled.readState(["actor", "critic"])
    const tensors = (network: NeuronGroup["network"]) => unpackValues(networks[network].shapes, state[network])
    if (importance === "magnitude") {
      return this.groups.map((group) => magnitudes(tensors(group.network), networks[group.network].shapes, group))
    }
    const activity = this.byGroup(await this.plan.activity(learner))
    return this.groups.map((group, g) =>
      outgoingNorms(tensors(group.network), networks[group.network].shapes, group).map(
        (norm, i) => norm * activity[g][i]
      )
    )
  }

  private byGroup(values: Float32Array): readonly Float64Array[] {
    let start = 0
    return this.groups.map(({ units }) => {
      const part = Float64Array.from(values.subarray(start, start + units))
      start += units
      return part
    })
  }

  /** The packed tensors of a network that are cut and zeroed alike. */
  private tensorsOf(network: NeuronGroup["network"]): readonly string[] {
    const names = [network, `adam.${network}.m.${network}`, `adam.${network}.v.${network}`]
    return this.plan.context.maximumEpisodeSteps === 1 ? names : [...names, `target.${network}`]
  }

  private get prunedNetworks(): readonly NeuronGroup["network"][] {
    return this.plan.pruning.critics ? ["actor", "critic"] : ["actor"]
  }

  private async zero({ compiled }: ReplayLearner): Promise<void> {
    for (const network of this.prunedNetworks) {
      const { shapes } = this.networks(this.widths)[network]
      const [groups, living] = this.ofNetwork(network, this.living)
      const state = await compiled.readState(this.tensorsOf(network))
      for (const packed of Object.values(state)) zeroDead(packed, shapes, groups, living)
      await compiled.writeState(state)
    }
  }

  private ofNetwork<T>(network: NeuronGroup["network"], values: readonly T[]): [readonly NeuronGroup[], readonly T[]] {
    const isOwn = (_: unknown, g: number) => this.groups[g].network === network
    return [this.groups.filter(isOwn), values.filter(isOwn)]
  }

  private async compactIfWorthIt(learner: ReplayLearner, isLast: boolean): Promise<void> {
    const { pruning } = this.plan
    const units = this.living.map((flags, g) =>
      widthFor(
        flags.reduce((sum, flag) => sum + flag, 0),
        this.groups[g].units,
        pruning
      )
    )
    const widths = withUnits(this.widths, units)
    const [now, then] = [this.widths, widths].map((w) => multiplyAccumulates(w, this.plan.denoisingSteps))
    if (then === now || (!isLast && then > (1 - pruning.compactionGain) * now)) return
    await this.compact(learner, widths)
  }

  /** Keeps the living neurons, and as many dead ones as fill a layer up to its width. */
  private async compact(learner: ReplayLearner, widths: DiffusionWidths): Promise<void> {
    const groups = neuronGroups(widths, this.plan.pruning.critics)
    const kept = this.living.map((flags, g) => {
      const alive = [...flags.keys()].filter((i) => flags[i] === 1)
      const dead = [...flags.keys()].filter((i) => flags[i] === 0)
      return [...alive, ...dead.slice(0, groups[g].units - alive.length)].sort((a, b) => a - b)
    })
    const state = await learner.compiled.readState()
    const [before, after] = [this.networks(this.widths), this.networks(widths)]
    for (const network of this.prunedNetworks) {
      const [own, keptOfNetwork] = this.ofNetwork(network, kept)
      for (const name of this.tensorsOf(network)) {
        state[name] = cutNetwork(state[name], before[network].shapes, after[network].shapes, own, keptOfNetwork)
      }
    }
    if (TAYLOR in state) {
      const parts = this.byGroup(state[TAYLOR])
      state[TAYLOR] = Float32Array.from(kept.flatMap((indices, g) => indices.map((i) => parts[g][i])))
    }
    this.living = kept.map((indices, g) => Uint8Array.from(indices, (i) => this.living[g][i]))
    await this.take(learner, widths, state)
  }

  private async take(learner: ReplayLearner, widths: DiffusionWidths, state: NamedValues): Promise<void> {
    this.widths = widths
    this.groups = neuronGroups(widths, this.plan.pruning.critics)
    await learner.recompile(widths, () => this.plan.programs(widths), state as Record<string, Float32Array>)
  }

  save(): SavedState {
    const flags = Object.fromEntries(this.living.map((values, g) => [String(g), vector(values.slice())]))
    return joinStates({
      living: { tensors: flags, counters: {} },
      progress: { tensors: {}, counters: { events: this.events, units: this.groups.map(({ units }) => units) } }
    })
  }

  /** Takes programs of the saved widths; their state is written by the learner. */
  async restore(learner: ReplayLearner, saved: SavedState): Promise<void> {
    const { events, units } = partOfState(saved, "progress").counters
    this.events = Number(events)
    await this.take(learner, withUnits(this.widths, units as readonly number[]), {})
    this.living = this.groups.map(({ units: count }, g) => {
      const flags = new Uint8Array(count)
      restoreInto(partOfState(saved, "living"), String(g), flags)
      return flags
    })
    this.size = this.measureSize()
  }
}
