import { ProgramError } from "../errors.ts"
import type { CompiledPrograms, Programs } from "./engine.ts"

/**
 * Compiled sets that are not in use, found again by a key that names their shapes.
 *
 * A network that shrinks while it trains takes a set for its new widths, moves its state over and gives the old set
 * back; the next trial of the same thread that reaches these widths compiles nothing.
 */
export class ProgramCache {
  private readonly compile: (programs: Programs) => Promise<CompiledPrograms>
  private readonly capacity: number
  private readonly idle: { readonly key: string; readonly compiled: CompiledPrograms }[] = []

  /** @param capacity idle sets kept; the one that was given back first goes first. */
  constructor(compile: (programs: Programs) => Promise<CompiledPrograms>, capacity: number) {
    this.compile = compile
    this.capacity = capacity
  }

  /** A set of its own for the caller, its state undefined: compiled now, or given back earlier under the same key. */
  async take(key: string, build: () => Programs): Promise<CompiledPrograms> {
    const index = this.idle.findIndex((entry) => entry.key === key)
    return index < 0 ? this.compile(build()) : this.idle.splice(index, 1)[0].compiled
  }

  async giveBack(key: string, compiled: CompiledPrograms): Promise<void> {
    this.idle.push({ key, compiled })
    while (this.idle.length > this.capacity) await this.idle.shift()?.compiled.dispose()
  }

  async dispose(): Promise<void> {
    for (const { compiled } of this.idle.splice(0)) await compiled.dispose()
  }
}

/**
 * Moves the state of `from` into `to`, whose programs are the same at other widths: tensors of `replaced` are written in
 * their new shape, all others keep their values.
 *
 * @throws ProgramError if a tensor of `to` is neither replaced nor of the size that it has in `from`.
 */
export const moveState = async (
  from: CompiledPrograms,
  to: CompiledPrograms,
  replaced: Readonly<Record<string, Float32Array>>
): Promise<void> => {
  const [before, after] = [await from.readState(), await to.readState()]
  const state: Record<string, Float32Array> = {}
  for (const [name, { length }] of Object.entries(after)) {
    const values: Float32Array | undefined = replaced[name] ?? before[name]
    if (values === undefined || values.length !== length) {
      const found = values === undefined ? "none" : `${values.length}`
      throw new ProgramError(`state tensor "${name}" has ${length} values at its new shape, found ${found}`)
    }
    state[name] = values
  }
  await to.writeState(state)
}
