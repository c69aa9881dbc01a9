import type { CompiledPrograms, Program } from "@twinpact/tensor"
import type { AgentContext } from "../agent.ts"

/** Evaluation rows are answered in batches of at most this many. */
const MAXIMUM_ROWS = 512

/**
 * Programs have static shapes, rows do not: the batches that a role's rows are cut into. Training always has the same
 * number of rows; evaluation sets are cut into equal batches.
 */
export const policyBatches = ({ role, instances, evaluationInstances }: AgentContext): readonly number[] => {
  const rows = evaluationInstances * role.agentCount
  const evaluation = Math.ceil(rows / Math.ceil(rows / MAXIMUM_ROWS))
  return [...new Set([instances * role.agentCount, evaluation])].sort((a, b) => a - b)
}

/** One program `act:<rows>` for every batch. */
export const policyPrograms = (
  context: AgentContext,
  build: (rows: number) => Program
): Readonly<Record<string, Program>> =>
  Object.fromEntries(policyBatches(context).map((rows) => [`act:${rows}`, build(rows)]))

/**
 * Answers any number of rows with the programs of `policyPrograms`, whose inputs are `observations` and those that `fill`
 * writes, and whose only output is `actions`. A batch that is too long is filled up with rows that nobody reads.
 */
export class PolicyRows {
  private readonly batches: readonly number[]
  private readonly width: number
  private readonly actionWidth: number
  private readonly inputs: ReadonlyMap<number, Readonly<Record<string, Float32Array>>>
  private actions = new Float32Array(0)

  /** @param extra further inputs for a batch of so many rows, such as noise; written before every run. */
  constructor(context: AgentContext, extra: (rows: number) => Readonly<Record<string, Float32Array>> = () => ({})) {
    const { observation, action } = context.role
    this.batches = policyBatches(context)
    this.width = observation.width
    this.actionWidth = action.width
    this.inputs = new Map(
      this.batches.map((rows) => [rows, { observations: new Float32Array(rows * observation.width), ...extra(rows) }])
    )
  }

  /** One row of actions per row of observations; the array is overwritten by the next call for as many rows. */
  async answer(
    compiled: CompiledPrograms,
    observations: Float32Array,
    fill: (inputs: Readonly<Record<string, Float32Array>>) => void = () => {}
  ): Promise<Float32Array> {
    const rows = observations.length / this.width
    if (this.actions.length !== rows * this.actionWidth) this.actions = new Float32Array(rows * this.actionWidth)
    for (let row = 0; row < rows; ) {
      const left = rows - row
      const batch = this.batches.find((size) => size >= left) ?? this.batches[this.batches.length - 1]
      const count = Math.min(left, batch)
      const inputs = this.inputs.get(batch)!
      inputs.observations.set(observations.subarray(row * this.width, (row + count) * this.width))
      fill(inputs)
      const { actions } = await compiled.run(`act:${batch}`, inputs)
      this.actions.set(actions.subarray(0, count * this.actionWidth), row * this.actionWidth)
      row += count
    }
    return this.actions
  }
}
