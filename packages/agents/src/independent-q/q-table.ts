/** One action value per class of observations and item, zero at the start. */
export class QTable {
  readonly keys: number
  readonly items: number
  /** `[keys, items]`, row by row. */
  readonly values: Float64Array

  constructor(keys: number, items: number) {
    this.keys = keys
    this.items = items
    this.values = new Float64Array(keys * items)
  }

  /** The item of largest value; of items within `tolerance` of it, the lowest index. */
  greedy(key: number, tolerance: number): number {
    const best = this.maximum(key)
    for (let item = 0; item < this.items; item++) {
      if (this.values[key * this.items + item] >= best - tolerance) return item
    }
    throw new RangeError(`internal: QTable.greedy: class ${key} holds no finite value`)
  }

  /** max over items of Q[key, item]. */
  maximum(key: number): number {
    let best = -Infinity
    for (let item = 0; item < this.items; item++) best = Math.max(best, this.values[key * this.items + item])
    return best
  }

  /** Q <- Q + learningRate (target - Q). */
  update(key: number, item: number, target: number, learningRate: number): void {
    const at = key * this.items + item
    this.values[at] += learningRate * (target - this.values[at])
  }
}
