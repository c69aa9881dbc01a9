import {
  boxSpace,
  defineEnvironment,
  type Environment,
  EnvironmentError,
  type InstanceSet,
  type Move,
  type Outcome,
  PositiveNumber,
  RngStreams,
  type Role,
  restoreInto,
  type SavedState,
  type Scheme,
  type Start,
  setting,
  vector
} from "@twinpact/core"
import { Schema } from "effect"

const Config = Schema.Struct({
  price: setting(PositiveNumber, 1, "Revenue per unit sold"),
  maximumCost: setting(
    PositiveNumber,
    0.9,
    "Cost per unit ordered is uniform in (0, maximumCost); keep it below the price"
  )
})

/**
 * The newsvendor: order q before the demand D ~ U(0, 1) is known; every unit costs c, every unit sold brings p.
 *
 * Expected profit p (q - q^2 / 2) - c q, largest at the critical fractile q* = (p - c) / p with value (p - c)^2 / (2 p)
 * (Arrow, Harris and Marschak, 1951). The agent sees c and p; the reward is the expected profit, so the score is exact.
 */
export const newsvendor = defineEnvironment({
  name: "newsvendor",
  version: "1",
  summary: "How much to order before the demand is known",
  config: Config,
  create: (config) => new Newsvendor(config)
})

const buyer: Role = {
  name: "buyer",
  agentCount: 1,
  observation: boxSpace([["cost / price", 0, 1]]),
  action: boxSpace([["2 order - 1", -1, 1]])
}

class Newsvendor implements Environment {
  readonly roles = [buyer]
  readonly acting = buyer
  readonly maximumEpisodeSteps = 1
  readonly schemes: readonly Scheme[] = [
    { name: "critical-fractile", role: "buyer", summary: "The exact optimum", options: {} }
  ]
  private readonly price: number
  private readonly maximumCost: number
  private streams: RngStreams = new RngStreams(0)
  private evaluation: InstanceSet | null = null
  private costs: Float64Array = new Float64Array(0)

  constructor({ price, maximumCost }: typeof Config.Type) {
    this.price = price
    this.maximumCost = Math.min(maximumCost, price)
  }

  evaluationSet(seed: number, size: number): InstanceSet {
    return { seed, size, references: this.drawCosts(new RngStreams(seed), size).map((cost) => this.optimum(cost)) }
  }

  reset(start: Start): void {
    this.evaluation = "evaluation" in start ? start.evaluation : null
    this.streams = "evaluation" in start ? new RngStreams(start.evaluation.seed) : start.streams
    this.costs = this.drawCosts(this.streams, "evaluation" in start ? start.evaluation.size : start.instances)
  }

  observe(): Float32Array {
    return Float32Array.from(this.costs, (cost) => cost / this.price)
  }

  step(move: Move): readonly Outcome[] {
    const profits = this.ordersOf(move).map((order, i) => this.profit(order, this.costs[i]))
    const scores = this.evaluation === null ? null : profits.map((profit, i) => profit / this.optimum(this.costs[i]))
    const size = this.costs.length
    if (this.evaluation === null) this.costs = this.drawCosts(this.streams, size)
    return [
      {
        role: buyer,
        rewards: profits,
        terminated: new Uint8Array(size).fill(1),
        truncated: new Uint8Array(size),
        finalObservations: null,
        scores,
        measurements: { profit: profits }
      }
    ]
  }

  save(): SavedState {
    return { tensors: { costs: vector(this.costs.slice()) }, counters: {} }
  }

  restore(saved: SavedState): void {
    restoreInto(saved, "costs", this.costs)
  }

  private ordersOf(move: Move): Float64Array {
    if (!(move instanceof Float32Array)) {
      if (move.scheme === "critical-fractile") return this.costs.map((cost) => (this.price - cost) / this.price)
      throw new EnvironmentError(`newsvendor: expected the scheme "critical-fractile", found "${move.scheme}"`)
    }
    if (move.length !== this.costs.length) {
      throw new EnvironmentError(`newsvendor: expected ${this.costs.length} actions, found ${move.length}`)
    }
    return Float64Array.from(move, (action) => (action + 1) / 2)
  }

  private profit(order: number, cost: number): number {
    return this.price * (order - order ** 2 / 2) - cost * order
  }

  private optimum(cost: number): number {
    return (this.price - cost) ** 2 / (2 * this.price)
  }

  private drawCosts(streams: RngStreams, size: number): Float64Array {
    const costs = new Float64Array(size)
    streams.get("environment").fillUniform(costs, 0, this.maximumCost)
    return costs
  }
}
