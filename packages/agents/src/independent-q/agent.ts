import {
  type ActOptions,
  type Agent,
  type AgentContext,
  AgentError,
  defineAgent,
  describeSpace,
  type Role,
  type SavedState,
  type Transitions,
  type UpdateReport
} from "@twinpact/core"
import { IndependentQConfig } from "./config.ts"
import { QTable } from "./q-table.ts"
import { type TableRows, tableRows } from "./table-rows.ts"

/**
 * Tabular independent Q-learning (Watkins, 1989) for every player of a role: a table Q[x][item], where x is the class of
 * the observation, or the player and that class, or nothing (`parameters`); all instances share it, and updates follow
 * the order of the rows.
 *
 * Q(x, a) <- Q(x, a) + learningRate (r + gamma (1 - terminated) max_b Q(x', b) - Q(x, a))
 *
 * Exploration is epsilon-greedy, epsilon linear in the spent budget. "Independent": other learners are part of the world.
 */
export const independentQ = defineAgent({
  name: "independent-q",
  version: "1",
  summary: "Tabular Q-learning over classes of observations, shared by the players of a role or each its own",
  trains: true,
  isDeterministic: true,
  actionSpaces: ["discrete"],
  config: IndependentQConfig,
  create: (config, context) => new IndependentQ(config, context)
})

class IndependentQ implements Agent {
  private readonly config: IndependentQConfig
  private readonly role: Role
  private readonly tableRows: TableRows
  private readonly table: QTable
  private actions = new Float32Array(0)
  private errorSum = 0
  private errorCount = 0
  private sweeps = 0

  constructor(config: IndependentQConfig, { role }: AgentContext) {
    if (role.action.kind !== "discrete") {
      throw new AgentError(
        `agent "independent-q" chooses among items, but role "${role.name}" has ${describeSpace(role.action)}`
      )
    }
    this.config = config
    this.role = role
    this.tableRows = tableRows(config.parameters, role)
    this.table = new QTable(this.tableRows.count, role.action.size)
  }

  act(observations: Float32Array, { explore, progress, rngStream }: ActOptions): Float32Array {
    const { initialEpsilon, finalEpsilon, tieTolerance } = this.config
    const { width } = this.role.observation
    const rows = observations.length / width
    if (this.actions.length !== rows) this.actions = new Float32Array(rows)
    const epsilon = explore ? initialEpsilon + (finalEpsilon - initialEpsilon) * progress : 0
    for (let row = 0; row < rows; row++) {
      const isRandom = epsilon > 0 && rngStream.uniform() < epsilon
      this.actions[row] = isRandom
        ? rngStream.integer(this.table.items)
        : this.table.greedy(this.tableRows.of(row, observations, row * width), tieTolerance)
    }
    return this.actions
  }

  observe(transitions: Transitions): void {
    const { rows, observations, actions, rewards, nextObservations, terminated } = transitions
    const { learningRate, gamma } = this.config
    const { width } = this.role.observation
    for (let row = 0; row < rows; row++) {
      const key = this.tableRows.of(row, observations, row * width)
      const continues = nextObservations !== null && terminated[row] === 0
      const next = continues ? this.table.maximum(this.tableRows.of(row, nextObservations, row * width)) : 0
      const target = rewards[row] + gamma * next
      this.errorSum += Math.abs(target - this.table.values[key * this.table.items + actions[row]])
      this.table.update(key, actions[row], target, learningRate)
    }
    this.errorCount += rows
    this.sweeps += 1
  }

  /** The table moved in `observe`; each round's sweep over its transitions counts as one gradient step. */
  update(): UpdateReport {
    const measurements: Record<string, number> = {}
    if (this.errorCount > 0) measurements.tdError = this.errorSum / this.errorCount
    const gradientSteps = this.sweeps
    this.errorSum = 0
    this.errorCount = 0
    this.sweeps = 0
    return { gradientSteps, measurements }
  }

  save(): SavedState {
    const { keys, items, values } = this.table
    return { tensors: { values: { shape: [keys, items], values: values.slice() } }, counters: {} }
  }

  restore({ tensors }: SavedState): void {
    this.table.values.set(tensors.values.values as Float64Array)
  }

  close(): void {}
}
