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
  private readonly prefix: string
  /** Shared with every family split off from this one. */
  private readonly streams: Map<string, RngStream>

  constructor(seed: number, prefix = "", streams = new Map<string, RngStream>()) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`RngStreams: expected an integer seed, found ${seed}`)
    this.seed = seed
    this.prefix = prefix
    this.streams = streams
  }

  /** The stream of this name: the same object at every call, so draws continue where the last caller stopped. */
  get(name: string): RngStream {
    const path = this.prefix + name
    const known = this.streams.get(path)
    if (known !== undefined) return known
    const stream = new RngStream(deriveState(this.seed, path))
    this.streams.set(path, stream)
    return stream
  }

  /** A family of streams of its own, such as one per role: `streams.split("server").get("init")`. */
  split(name: string): RngStreams {
    return new RngStreams(this.seed, `${this.prefix}${name}/`, this.streams)
  }

  /** The states of the streams used so far, by path, those of split families too. */
  save(): Readonly<Record<string, readonly number[]>> {
    const own = [...this.streams].filter(([path]) => path.startsWith(this.prefix))
    return Object.fromEntries(own.map(([path, stream]) => [path, stream.save()]))
  }

  /** Continues where `save` was called, in the stream objects that consumers already hold. */
  restore(states: Readonly<Record<string, readonly number[]>>): void {
    for (const [path, state] of Object.entries(states)) {
      const known = this.streams.get(path)
      if (known === undefined) this.streams.set(path, new RngStream(state))
      else known.restore(state)
    }
  }
}
