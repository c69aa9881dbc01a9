/** Values of one moment of a trial: an evaluation, or the means since the last record of training. */
export interface Measurement {
  readonly kind: "evaluation" | "training"
  readonly envSteps: number
  readonly gradientSteps: number
  readonly values: Readonly<Record<string, number>>
}

/** Running means of named values; a value that was never added is absent, never zero. */
export class Means {
  private readonly sums: Map<string, { sum: number; count: number }>

  /** @param saved what `save` returned. */
  constructor(saved: Readonly<Record<string, readonly [sum: number, count: number]>> = {}) {
    this.sums = new Map(Object.entries(saved).map(([name, [sum, count]]) => [name, { sum, count }]))
  }

  add(name: string, value: number, weight = 1): void {
    const entry = this.sums.get(name)
    if (entry === undefined) this.sums.set(name, { sum: value * weight, count: weight })
    else {
      entry.sum += value * weight
      entry.count += weight
    }
  }

  addAll(values: Readonly<Record<string, number>>, prefix = ""): void {
    for (const [name, value] of Object.entries(values)) this.add(prefix + name, value)
  }

  /** The means so far, sorted by name; starts anew. */
  take(): Record<string, number> {
    const names = [...this.sums.keys()].sort()
    const means = Object.fromEntries(
      names.map((name) => {
        const { sum, count } = this.sums.get(name)!
        return [name, sum / count]
      })
    )
    this.sums.clear()
    return means
  }

  save(): Record<string, readonly [sum: number, count: number]> {
    return Object.fromEntries([...this.sums].map(([name, { sum, count }]) => [name, [sum, count] as const]))
  }
}
