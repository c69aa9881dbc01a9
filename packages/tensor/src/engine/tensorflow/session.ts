import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { EngineError } from "../../errors.ts"
import type { Shape } from "../../shape.ts"
import type { TensorValues } from "../engine.ts"
import type { TensorflowBinding } from "./binding.ts"
import { SAVED_MODEL_TAG } from "./messages.ts"

export interface Feed {
  readonly name: string
  readonly shape: Shape
  readonly values: TensorValues
}

/** A loaded graph with its variables. */
export class TensorflowSession {
  private readonly binding: TensorflowBinding
  private readonly id: number
  /** The same bytes as int32, which is how every tensor is fed; found again by identity. */
  private readonly views = new WeakMap<TensorValues, Int32Array>()

  constructor(binding: TensorflowBinding, savedModel: Uint8Array) {
    this.binding = binding
    const folder = mkdtempSync(join(tmpdir(), "twinpact-tensorflow-"))
    try {
      writeFileSync(join(folder, "saved_model.pb"), savedModel)
      this.id = guard(() => binding.loadSavedModel(folder, SAVED_MODEL_TAG))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** One call of the library: the values of `results`; `signals` are fetched for what they wait for. */
  run(feeds: readonly Feed[], results: readonly string[], signals: readonly string[]): readonly Float32Array[] {
    const { binding } = this
    const tensors: number[] = []
    try {
      for (const { shape, values } of feeds) {
        tensors.push(binding.createTensor(shape, binding.TF_INT32, this.view(values)))
      }
      const names = feeds.map(({ name }) => name).join(",")
      const fetched = guard(() =>
        binding.runSavedModel(this.id, [...tensors], names, [...results, ...signals].join(","))
      )
      tensors.push(...fetched.map(({ id }) => id))
      return results.map((_, i) => binding.tensorDataSync(fetched[i].id) as Float32Array)
    } finally {
      for (const tensor of tensors) binding.deleteTensor(tensor)
    }
  }

  dispose(): void {
    this.binding.deleteSavedModel(this.id)
  }

  private view(values: TensorValues): Int32Array {
    if (values instanceof Int32Array) return values
    const known = this.views.get(values)
    if (known !== undefined) return known
    const view = new Int32Array(values.buffer, values.byteOffset, values.length)
    this.views.set(values, view)
    return view
  }
}

const OUT_OF_MEMORY = /\bOOM\b|RESOURCE_EXHAUSTED|out of memory|OUT_OF_MEMORY/i

/** Gives the library's errors a type. */
const guard = <T>(call: () => T): T => {
  try {
    return call()
  } catch (cause) {
    const { message } = cause as Error
    if (OUT_OF_MEMORY.test(message)) {
      const remedy = `use smaller batches or networks, or fewer trials at a time (${message})`
      throw new EngineError("tensorflow", "ran out of memory", remedy, { cause })
    }
    throw new EngineError("tensorflow", "failed", message, { cause })
  }
}
