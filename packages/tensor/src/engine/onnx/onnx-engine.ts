import { InferenceSession, Tensor } from "onnxruntime-node"
import { EngineError, ProgramError } from "../../errors.ts"
import { inputName, type Program, stateName } from "../../program.ts"
import { type Shape, sizeOf } from "../../shape.ts"
import type { CompiledPrograms, CompileOptions, NamedValues, Programs, TensorValues } from "../engine.ts"
import { checkInputs, checkState, mergeStateShapes } from "../shared-state.ts"
import { lowerResults } from "./lower.ts"
import { buildOnnxModel } from "./model.ts"

export interface OnnxOptions extends CompileOptions {
  /** Where the programs run; the state stays in this process's memory, so that on a GPU it crosses the bus in every run. */
  readonly device?: OnnxDevice
}

type OnnxDevice = "cpu" | "cuda" | "webgpu"

/**
 * Compiles programs for ONNX Runtime: one session each, over one set of state buffers.
 *
 * @throws EngineError if the device is not there or its memory does not suffice.
 */
export const compileOnnx = async (programs: Programs, options: OnnxOptions): Promise<CompiledPrograms> => {
  const shapes = mergeStateShapes(programs)
  const state = new Map(Object.entries(shapes).map(([name, shape]) => [name, new StateTensor(shape)]))
  const entries = new Map<string, OnnxProgram>()
  for (const [name, program] of Object.entries(programs))
    entries.set(name, await OnnxProgram.create(name, program, state, options))
  return new OnnxPrograms(shapes, state, entries)
}

class OnnxPrograms implements CompiledPrograms {
  private readonly shapes: Readonly<Record<string, Shape>>
  private readonly state: ReadonlyMap<string, StateTensor>
  private readonly entries: ReadonlyMap<string, OnnxProgram>

  constructor(
    shapes: Readonly<Record<string, Shape>>,
    state: ReadonlyMap<string, StateTensor>,
    entries: ReadonlyMap<string, OnnxProgram>
  ) {
    this.shapes = shapes
    this.state = state
    this.entries = entries
  }

  run(program: string, inputs: NamedValues): Promise<Readonly<Record<string, Float32Array>>> {
    const entry = this.entries.get(program)
    if (entry === undefined) {
      throw new ProgramError(`there is no program "${program}"; this set has ${[...this.entries.keys()].join(", ")}`)
    }
    return entry.run(inputs)
  }

  async readState(names: readonly string[] = Object.keys(this.shapes)): Promise<Record<string, Float32Array>> {
    return Object.fromEntries(
      names.map((name) => {
        const tensor = this.state.get(name)
        if (tensor === undefined) throw new ProgramError(`there is no state tensor "${name}"`)
        return [name, tensor.current.data.slice() as Float32Array]
      })
    )
  }

  async writeState(values: Readonly<Record<string, Float32Array>>): Promise<void> {
    checkState(this.shapes, values)
    for (const [name, array] of Object.entries(values)) (this.state.get(name) as StateTensor).current.data.set(array)
  }

  async dispose(): Promise<void> {
    for (const entry of this.entries.values()) await entry.dispose()
  }
}

/**
 * The binding writes results into the arrays that it is given, but then copies every one of them into a new array to
 * return it: 9 MB and 2,000 page faults per update at width 256. It converts results in order and refuses sequences, so
 * a first output that is one ends the call after the program has run and before anything is copied. The error that it
 * raises costs as much as the copies of a dozen small results, so programs with small results take their copies.
 */
const DONE = "done"
const MAXIMUM_COPIED_ELEMENTS = 65_536
const hasLargeResults = ({ outputs, nextState }: Program): boolean =>
  [outputs, nextState].flatMap((nodes) => Object.values(nodes)).reduce((sum, { shape }) => sum + sizeOf(shape), 0) >
  MAXIMUM_COPIED_ELEMENTS
const isDone = (cause: unknown): boolean => cause instanceof Error && cause.message.startsWith("Non tensor type")

type FloatTensor = Tensor & { readonly data: Float32Array }

const floatTensor = (shape: Shape): FloatTensor =>
  new Tensor("float32", new Float32Array(sizeOf(shape)), [...shape]) as FloatTensor

/** A state tensor in two buffers: a run reads one and writes the other, then they change places. */
class StateTensor {
  current: FloatTensor
  next: FloatTensor

  constructor(shape: Shape) {
    this.current = floatTensor(shape)
    this.next = floatTensor(shape)
  }

  swap(): void {
    const { current, next } = this
    this.current = next
    this.next = current
  }
}

/** One session with everything that a run needs allocated beforehand. */
class OnnxProgram {
  private readonly name: string
  private readonly program: Program
  private readonly session: InferenceSession
  private readonly device: OnnxDevice
  /** The inputs that the optimised graph still needs. */
  private readonly fed: readonly (readonly [input: string, feed: string])[]
  private readonly read: readonly (readonly [feed: string, tensor: StateTensor])[]
  private readonly written: readonly (readonly [fetch: string, tensor: StateTensor])[]
  private readonly outputs: Readonly<Record<string, FloatTensor>>
  private readonly values: Readonly<Record<string, Float32Array>>
  /** Tensors around the arrays that callers pass, found again by identity. */
  private readonly wrapped = new WeakMap<TensorValues, Tensor>()
  private readonly feeds: Record<string, Tensor> = {}
  private readonly fetches: Record<string, Tensor | null> = {}

  static async create(
    name: string,
    program: Program,
    state: ReadonlyMap<string, StateTensor>,
    { threads, device = "cpu" }: OnnxOptions
  ): Promise<OnnxProgram> {
    const results = lowerResults({
      ...Object.fromEntries(Object.entries(program.outputs).map(([key, node]) => [`output/${key}`, node])),
      ...Object.fromEntries(Object.entries(program.nextState).map(([key, node]) => [`next/${key}`, node]))
    })
    const session = await InferenceSession.create(
      buildOnnxModel(results, hasLargeResults(program) ? { sequenceOutput: DONE } : {}),
      {
        executionProviders: [device],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        // our own rewrites have run, and the runtime's would undo the ordering that they chose
        graphOptimizationLevel: "disabled",
        logSeverityLevel: 4,
        // decayed optimiser moments must not slow every step down
        extra: { session: { set_denormal_as_zero: "1", intra_op: { allow_spinning: threads > 1 ? "1" : "0" } } }
      }
    ).catch((cause: unknown) => {
      throw describeFailure(cause, device)
    })
    return new OnnxProgram(name, program, session, state, device)
  }

  private constructor(
    name: string,
    program: Program,
    session: InferenceSession,
    state: ReadonlyMap<string, StateTensor>,
    device: OnnxDevice
  ) {
    this.name = name
    this.device = device
    this.program = program
    this.session = session
    const entries = [...state]
    const { inputNames } = session // asks the runtime and makes a new array each time
    this.fed = Object.keys(program.inputs)
      .map((key) => [key, inputName(key)] as const)
      .filter(([, feed]) => inputNames.includes(feed))
    this.read = entries
      .filter(([key]) => inputNames.includes(stateName(key)))
      .map(([key, tensor]) => [stateName(key), tensor] as const)
    this.written = entries
      .filter(([key]) => key in program.nextState)
      .map(([key, tensor]) => [`next/${key}`, tensor] as const)
    this.outputs = Object.fromEntries(
      Object.entries(program.outputs).map(([key, { shape }]) => [key, floatTensor(shape)])
    )
    this.values = Object.fromEntries(Object.entries(this.outputs).map(([key, tensor]) => [key, tensor.data]))
    if (hasLargeResults(program)) this.fetches[DONE] = null
    for (const [key, tensor] of Object.entries(this.outputs)) this.fetches[`output/${key}`] = tensor
  }

  async run(inputs: NamedValues): Promise<Readonly<Record<string, Float32Array>>> {
    checkInputs(this.name, this.program, inputs)
    const { feeds, fetches } = this
    for (const [key, feed] of this.fed) feeds[feed] = this.wrap(key, inputs[key])
    for (const [feed, tensor] of this.read) feeds[feed] = tensor.current
    for (const [fetch, tensor] of this.written) fetches[fetch] = tensor.next
    await this.session.run(feeds, fetches).catch((cause: unknown) => {
      if (!isDone(cause)) throw describeFailure(cause, this.device)
    })
    for (const [, tensor] of this.written) tensor.swap()
    return this.values
  }

  private wrap(key: string, values: TensorValues): Tensor {
    const known = this.wrapped.get(values)
    if (known !== undefined) return known
    const { elementType, shape } = this.program.inputs[key]
    const tensor =
      elementType === "int32"
        ? new Tensor("int32", values as Int32Array, [...shape])
        : new Tensor("float32", values as Float32Array, [...shape])
    this.wrapped.set(values, tensor)
    return tensor
  }

  dispose(): Promise<void> {
    return this.session.release()
  }
}

const REMEDIES: Readonly<Record<OnnxDevice, string>> = {
  cpu: "reinstall the dependencies; onnxruntime-node ships its CPU library",
  cuda: 'the npm package has no CUDA library: install one (ONNXRUNTIME_NODE_INSTALL=cuda12), or use the engine "tensorflow"',
  webgpu: "a GPU with a Vulkan driver is needed; use the device cpu"
}

/** The runtime reports everything as a plain Error with a text. */
const describeFailure = (cause: unknown, device: OnnxDevice): Error => {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/alloc|out of memory/i.test(message)) {
    return new EngineError("onnx", `ran out of memory (${message})`, "use a smaller batch or fewer trials at once", {
      cause
    })
  }
  return new EngineError("onnx", `cannot run on ${device} (${message})`, REMEDIES[device], { cause })
}
