import { ProgramError } from "../../errors.ts"
import { type Shape, sizeOf } from "../../shape.ts"
import type { CompiledPrograms, CompileOptions, NamedValues, Programs, TensorValues } from "../engine.ts"
import { checkInputs, checkState, mergeStateShapes } from "../shared-state.ts"
import { loadTensorflow } from "./binding.ts"
import type { TensorflowDevice } from "./installation.ts"
import { prepareTensorflow } from "./process-settings.ts"
import { buildSavedModel, type EntryPoint, readStateName, writeStateDone, writeStateFeed } from "./saved-model.ts"
import { type Feed, TensorflowSession } from "./session.ts"

export interface TensorflowOptions extends CompileOptions {
  /** Default `cpu`. */
  readonly device?: TensorflowDevice
  /** Whether XLA compiles each program as a whole: slower to start, fewer passes over memory. Default false. */
  readonly xla?: boolean
}

/**
 * Compiles programs for native TensorFlow: one graph, one session, state in variables that stay on the device. A run is
 * one call of the library, in which only inputs and outputs cross to and from the host. Calls are synchronous: they
 * belong into worker threads.
 *
 * @throws EngineError where the library or the device is missing.
 */
export const compileTensorflow = async (programs: Programs, options: TensorflowOptions): Promise<CompiledPrograms> => {
  const { threads, device = "cpu", xla = false } = options
  const shapes = mergeStateShapes(programs)
  prepareTensorflow({ threads })
  const binding = loadTensorflow(device)
  const { bytes, entries } = buildSavedModel(programs, shapes, { device: device === "cpu" ? "/device:CPU:0" : "", xla })
  const session = new TensorflowSession(binding, bytes)
  const compiled = new TensorflowPrograms(programs, shapes, entries, session)
  await compiled.writeState(
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]))
  )
  return compiled
}

class TensorflowPrograms implements CompiledPrograms {
  private readonly programs: Programs
  private readonly shapes: Readonly<Record<string, Shape>>
  private readonly stateIndices: ReadonlyMap<string, number>
  private readonly entries: ReadonlyMap<string, EntryPoint>
  private readonly session: TensorflowSession

  constructor(
    programs: Programs,
    shapes: Readonly<Record<string, Shape>>,
    entries: ReadonlyMap<string, EntryPoint>,
    session: TensorflowSession
  ) {
    this.programs = programs
    this.shapes = shapes
    this.stateIndices = new Map(Object.keys(shapes).map((name, i) => [name, i]))
    this.entries = entries
    this.session = session
  }

  async run(program: string, inputs: NamedValues): Promise<Readonly<Record<string, Float32Array>>> {
    const entry = this.entries.get(program)
    if (entry === undefined) {
      throw new ProgramError(`there is no program "${program}"; this set has ${[...this.entries.keys()].join(", ")}`)
    }
    checkInputs(program, this.programs[program], inputs)
    const { feeds, outputs, done } = entry
    const fetched = this.session.run(
      feeds.map(({ input, name, shape }) => ({ name, shape, values: inputs[input] })),
      outputs.map(({ name }) => name),
      done === null ? [] : [done]
    )
    return Object.fromEntries(outputs.map(({ output }, i) => [output, fetched[i]]))
  }

  async readState(names: readonly string[] = Object.keys(this.shapes)): Promise<Record<string, Float32Array>> {
    if (names.length === 0) return {}
    const nodes = names.map((name) => {
      const index = this.stateIndices.get(name)
      if (index === undefined) throw new ProgramError(`there is no state tensor "${name}"`)
      return readStateName(index)
    })
    const values = this.session.run([], nodes, [])
    return Object.fromEntries(names.map((name, i) => [name, values[i]]))
  }

  async writeState(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    checkState(this.shapes, values)
    const written = Object.entries(values).map(([name, array]: [string, TensorValues]) => {
      const index = this.stateIndices.get(name) as number
      const feed: Feed = { name: writeStateFeed(index), shape: this.shapes[name], values: array }
      return { feed, done: writeStateDone(index) }
    })
    if (written.length === 0) return
    this.session.run(
      written.map(({ feed }) => feed),
      [],
      written.map(({ done }) => done)
    )
  }

  async dispose(): Promise<void> {
    this.session.dispose()
  }
}
