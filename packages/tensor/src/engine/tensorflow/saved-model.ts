import { isOp, type Node } from "../../node.ts"
import { inputName, type Program, stateName } from "../../program.ts"
import type { Shape } from "../../shape.ts"
import { topologicalOrder } from "../../traversal.ts"
import type { Programs } from "../engine.ts"
import { DATA_TYPES, GraphWriter, shapeProto, writeGraph } from "./graph-writer.ts"
import { type AttrValue, encodeSavedModel, type FunctionDef, type NodeDef } from "./messages.ts"

export interface SavedModelOptions {
  /** The device that everything is tied to; "" leaves the choice to TensorFlow, which takes the GPU where it can. */
  readonly device: string
  /** Whether each program is compiled by XLA as a whole. */
  readonly xla: boolean
}

/** One way into the graph: what to feed, what to fetch, as `node:0` names. */
export interface EntryPoint {
  readonly feeds: readonly { readonly input: string; readonly name: string; readonly shape: Shape }[]
  readonly outputs: readonly { readonly output: string; readonly name: string }[]
  /** Fetched to make the assignments happen; absent where the program changes nothing. */
  readonly done: string | null
}

/** Nodes of a state tensor's own entry points. */
export const readStateName = (index: number): string => `state${index}/read:0`
export const writeStateFeed = (index: number): string => `state${index}/value:0`
export const writeStateDone = (index: number): string => `state${index}/written:0`

export interface SavedModel {
  readonly bytes: Uint8Array
  readonly entries: ReadonlyMap<string, EntryPoint>
}

const HOST = "/device:CPU:0"
const FLOAT: AttrValue = { type: DATA_TYPES.float32 }
const INT: AttrValue = { type: DATA_TYPES.int32 }
const BOOL: AttrValue = { type: DATA_TYPES.bool }

/**
 * All programs of a set as one graph. State tensors are resource variables that stay on the device; a program is an
 * entry point: it reads them, computes, and assigns when every read is done.
 */
export const buildSavedModel = (
  programs: Programs,
  stateShapes: Readonly<Record<string, Shape>>,
  options: SavedModelOptions
): SavedModel => {
  const builder = new ModelBuilder(Object.keys(stateShapes), options)
  Object.values(stateShapes).forEach((shape, i) => {
    builder.addState(i, shape)
  })
  const entries = new Map(Object.entries(programs).map(([name, program], i) => [name, builder.addProgram(i, program)]))
  return { bytes: encodeSavedModel({ node: builder.nodes, library: { function: builder.functions } }), entries }
}

class ModelBuilder {
  readonly nodes: NodeDef[] = []
  readonly functions: FunctionDef[] = []
  private readonly stateNames: readonly string[]
  private readonly options: SavedModelOptions

  constructor(stateNames: readonly string[], options: SavedModelOptions) {
    this.stateNames = stateNames
    this.options = options
  }

  private add(
    name: string,
    op: string,
    input: readonly string[],
    attr: NodeDef["attr"],
    device = this.options.device
  ): string {
    this.nodes.push({ name, op, input, device, attr })
    return name
  }

  addState(index: number, shape: Shape): void {
    const scope = `state${index}`
    const handle = this.add(`${scope}/handle`, "VarHandleOp", [], {
      dtype: FLOAT,
      shape: { shape: shapeProto(shape) },
      shared_name: { s: Buffer.from(scope) }
    })
    this.add(`${scope}/read`, "ReadVariableOp", [handle], { dtype: FLOAT })
    const value = this.addFeed(`${scope}/value`, "float32", shape)
    const write = this.add(`${scope}/write`, "AssignVariableOp", [handle, value], { dtype: FLOAT })
    this.addSignal(`${scope}/written`, [write])
  }

  addProgram(index: number, program: Program): EntryPoint {
    const scope = `program${index}`
    const roots = [...Object.values(program.outputs), ...Object.values(program.nextState)]
    const inputs = topologicalOrder(roots).filter((node) => isOp(node, "input"))
    const feeds: EntryPoint["feeds"][number][] = []
    const references = new Map<string, string>()
    this.stateNames.forEach((name, i) => {
      if (!inputs.some(({ attributes }) => attributes.name === stateName(name))) return
      const read = this.add(`${scope}/read${i}`, "ReadVariableOp", [`state${i}/handle`], { dtype: FLOAT })
      references.set(stateName(name), read)
    })
    const reads = this.add(`${scope}/reads`, "NoOp", [...references.values()].map(after), {})
    Object.entries(program.inputs).forEach(([input, { shape }], i) => {
      const node = inputs.find(({ attributes }) => attributes.name === inputName(input))
      if (node === undefined) return
      const name = `${scope}/input${i}`
      references.set(inputName(input), this.addFeed(name, node.elementType, shape))
      feeds.push({ input, name: `${name}:0`, shape })
    })
    const results = this.options.xla
      ? this.addCompiledBody(scope, inputs, roots, references)
      : this.addBody(scope, roots, references)
    const outputs = Object.entries(program.outputs).map(([output, { elementType }], i) => {
      const name = this.add(`${scope}/output${i}`, "Identity", [results[i]], { T: { type: DATA_TYPES[elementType] } })
      return { output, name: `${name}:0` }
    })
    const assignments = Object.keys(program.nextState).map((name, i) => {
      const tensor = this.stateNames.indexOf(name)
      const value = results[outputs.length + i]
      const operands = [`state${tensor}/handle`, value, after(reads)]
      return this.add(`${scope}/assign${tensor}`, "AssignVariableOp", operands, { dtype: FLOAT })
    })
    const changes = assignments.length > 0 || outputs.length === 0
    return { feeds, outputs, done: changes ? `${this.addSignal(`${scope}/done`, assignments)}:0` : null }
  }

  private addBody(scope: string, roots: readonly Node[], references: ReadonlyMap<string, string>): readonly string[] {
    const { device } = this.options
    const writer = new GraphWriter({ prefix: `${scope}/node`, device, isFunction: false }, references)
    const results = writeGraph(roots, writer)
    this.nodes.push(...writer.nodes)
    return results
  }

  /** The body as a function that XLA must compile; reads and assignments stay outside. */
  private addCompiledBody(
    scope: string,
    inputs: readonly Node<"input">[],
    roots: readonly Node[],
    references: ReadonlyMap<string, string>
  ): readonly string[] {
    const argumentNames = new Map(inputs.map(({ attributes }, i) => [attributes.name, `argument${i}`]))
    const writer = new GraphWriter({ prefix: "node", device: "", isFunction: true }, argumentNames)
    const results = writeGraph(roots, writer)
    const typesOf = (nodes: readonly Node[]) => nodes.map(({ elementType }) => DATA_TYPES[elementType])
    const [argumentTypes, resultTypes] = [typesOf(inputs), typesOf(roots)]
    const mustCompile = { _XlaMustCompile: { b: true } }
    this.functions.push({
      signature: {
        name: scope,
        inputArg: argumentTypes.map((type, i) => ({ name: `argument${i}`, type })),
        outputArg: resultTypes.map((type, i) => ({ name: `result${i}`, type }))
      },
      nodeDef: writer.nodes,
      ret: Object.fromEntries(results.map((reference, i) => [`result${i}`, reference])),
      attr: mustCompile
    })
    const operands = inputs.map(({ attributes }) => references.get(attributes.name) as string)
    const call = this.add(`${scope}/call`, "PartitionedCall", operands, {
      Tin: { list: { type: argumentTypes } },
      Tout: { list: { type: resultTypes } },
      f: { func: { name: scope } },
      ...mustCompile
    })
    return results.map((_, i) => `${call}:${i}`)
  }

  /**
   * A tensor from outside. It enters as int32, whatever it is, because the binding would move floats to the GPU and back
   * before the run; and it is copied, because it shares the memory of the caller's array, which a variable must not.
   */
  private addFeed(name: string, elementType: Node["elementType"], shape: Shape): string {
    this.add(name, "Placeholder", [], { dtype: INT, shape: { shape: shapeProto(shape) } }, HOST)
    const copy = this.add(`${name}/copy`, "DeepCopy", [name], { T: INT }, HOST)
    return elementType === "int32" ? copy : this.add(`${name}/float`, "Bitcast", [copy], { T: INT, type: FLOAT }, HOST)
  }

  /** Something to fetch that is there only when `nodes` have run. */
  private addSignal(name: string, nodes: readonly string[]): string {
    const tensor = { dtype: DATA_TYPES.bool, tensorShape: shapeProto([]), tensorContent: Uint8Array.of(1) }
    const value = this.add(`${name}/value`, "Const", [], { dtype: BOOL, value: { tensor } }, HOST)
    return this.add(name, "Identity", [value, ...nodes.map(after)], { T: BOOL }, HOST)
  }
}

/** A reference that only orders. */
const after = (node: string): string => `^${node}`
