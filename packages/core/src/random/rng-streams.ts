import { createHash } from "node:crypto"
import { RngStream } from "./rng-stream.ts"

/** State of the stream `path` of `seed`: the first 128 bits of SHA-256 of both. */
const deriveState = (seed: number, path: string): readonly number[] => {
  const digest = createHash("sha256").update(`twinpact-rng-1 ${seed} ${path}`).digest()
  return [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)]
}

/**
 * All randomness of one trial: one seed, split into named streams.
 *
 * A stream's numbers depend on the seed and its own path alone, so a new consumer shifts no other. Names in use: `init`
 * (network weights), `explore`, `environment`, `replay`, `denoise`, `evaluate`; a package may add its own.
 */
export class RngStreams {
  readonly seed: number
  private readonly path: string
  private readonly streams = new Map<string, RngStream>()

  constructor(seed: number, path = "") {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`RngStreams: expected an integer seed, found ${seed}`)
    this.seed = seed
    this.path = path
  }

  /** The stream of this name: the same object at every call, so draws continue where the last caller stopped. */
  get(name: string): RngStream {
    const known = this.streams.get(name)
    if (known !== undefined) return known
    const stream = new RngStream(deriveState(this.seed, `${this.path}${name}`))
    this.streams.set(name, stream)
    return stream
  }

  /** A family of streams of its own, such as one per role: `streams.split("server").get("init")`. */
  split(name: string): RngStreams {
    return new RngStreams(this.seed, `${this.path}${name}/`)
  }

  /** The states of the streams used so far, by name. */
  save(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries([...this.streams].map(([name, stream]) => [name, stream.state()]))
  }

  /** Continues where `save` was called. */
  restore(states: Readonly<Record<string, readonly number[]>>): void {
    this.streams.clear()
    for (const [name, state] of Object.entries(states)) this.streams.set(name, new RngStream(state))
  }
}
