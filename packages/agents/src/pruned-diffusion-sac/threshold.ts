import type { PruningConfig } from "./config.ts"

/** Neurons of one layer: what each is worth, and which of them live. */
export interface LayerState {
  readonly importance: Float64Array
  readonly living: Uint8Array
  /** The layer keeps at least so many. */
  readonly minimum: number
}

/** Divides by the layer's mean over its living neurons: layers of different fan-in become comparable. */
export const normaliseByLayer = ({ importance, living }: LayerState): void => {
  let [sum, count] = [0, 0]
  importance.forEach((value, i) => {
    if (living[i] === 0) return
    sum += value
    count += 1
  })
  if (sum === 0) return
  for (let i = 0; i < importance.length; i++) importance[i] *= count / sum
}

/**
 * Removes neurons (`living` becomes 0), the least important of all layers first; no layer falls below its minimum.
 *
 * - `fraction`: until `sparsity` of the `total` original neurons are gone.
 * - `mass`: while the removed importance stays within the share of what was left after `before`, so that over all events
 *   `sparsity` of the importance goes.
 * - `mean`: those below `sparsity` times the mean.
 *
 * @returns how many were removed.
 */
export const removeLeastImportant = (
  layers: readonly LayerState[],
  kind: PruningConfig["threshold"],
  { total, sparsity, before }: { readonly total: number; readonly sparsity: number; readonly before: number }
): number => {
  const ranked = layers
    .flatMap(({ importance, living }, layer) =>
      Array.from(importance, (value, neuron) => ({ layer, neuron, value })).filter(({ neuron }) => living[neuron] === 1)
    )
    .sort((a, b) => a.value - b.value || a.layer - b.layer || a.neuron - b.neuron)
  const mass = ranked.reduce((sum, { value }) => sum + value, 0)
  const gone = total - ranked.length
  const massLimit = (mass * (sparsity - before)) / (1 - before)
  const counts = layers.map(({ living }) => living.reduce((sum, flag) => sum + flag, 0))
  let [removed, removedMass] = [0, 0]
  for (const { layer, neuron, value } of ranked) {
    if (kind === "fraction" && gone + removed >= Math.floor(sparsity * total + 1e-9)) break
    if (kind === "mass" && removedMass + value > massLimit) break
    if (kind === "mean" && value >= (sparsity * mass) / ranked.length) break
    if (counts[layer] <= layers[layer].minimum) continue
    layers[layer].living[neuron] = 0
    counts[layer] -= 1
    removed += 1
    removedMass += value
  }
  return removed
}
