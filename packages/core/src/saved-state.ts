import { SavedStateError } from "./errors.ts"

/** A named array of saved state. */
export interface NamedTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array
}

/** Everything that an agent or an environment needs to continue as if it had never stopped. */
export interface SavedState {
  readonly tensors: Readonly<Record<string, NamedTensor>>
  /** Counters and settings: anything JSON can hold. */
  readonly counters: Readonly<Record<string, unknown>>
}

/** A tensor of one axis. */
export const vector = (values: NamedTensor["values"]): NamedTensor => ({ shape: [values.length], values })

/** Copies the tensor `name` into `target`. */
export const restoreInto = (
  { tensors }: SavedState,
  name: string,
  target: Float32Array | Float64Array | Uint8Array
): void => {
  const found: NamedTensor | undefined = tensors[name]
  if (found?.values.length !== target.length || found.values.constructor !== target.constructor) {
    const size = found === undefined ? "none" : `${found.values.length} of ${found.values.constructor.name}`
    throw new SavedStateError(
      `saved state: expected ${target.length} values of ${target.constructor.name} in "${name}", found ${size}`
    )
  }
  target.set(found.values as Float32Array & Float64Array & Uint8Array)
}

/** Several saved states as one, under the names of the parts. */
export const joinStates = (parts: Readonly<Record<string, SavedState>>): SavedState => ({
  tensors: Object.fromEntries(
    Object.entries(parts).flatMap(([part, { tensors }]) =>
      Object.entries(tensors).map(([name, tensor]) => [`${part}/${name}`, tensor])
    )
  ),
  counters: Object.fromEntries(Object.entries(parts).map(([part, { counters }]) => [part, counters]))
})

/** The part of that name of a state that `joinStates` made. */
export const partOfState = ({ tensors, counters }: SavedState, part: string): SavedState => {
  const own = counters[part]
  if (typeof own !== "object" || own === null) throw new SavedStateError(`saved state: expected a part "${part}"`)
  const prefix = `${part}/`
  return {
    tensors: Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor])
    ),
    counters: own as SavedState["counters"]
  }
}
