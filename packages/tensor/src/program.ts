import { ProgramError } from "./errors.ts"
import { input } from "./graph.ts"
import type { ElementType, Node } from "./node.ts"
import { optimise } from "./rewrites/optimise.ts"
import { isSameShape, printShape, type Shape } from "./shape.ts"
import { verify } from "./verify.ts"

/** Shape and element type of a program's input; float32 where only a shape is given. */
export type InputSpec = Shape | { readonly shape: Shape; readonly elementType: ElementType }

type Nodes<Names extends string> = Readonly<Record<Names, Node>>

/** What a program computes: named results, and new values of the state tensors that it changes. */
export interface ProgramResult {
  readonly outputs?: Readonly<Record<string, Node>>
  readonly state?: Readonly<Record<string, Node>>
}

/**
 * A whole computation with static shapes: `outputs` and new state from `inputs` and state.
 *
 * State are named tensors that stay from run to run and are shared by every program compiled in the same set.
 */
export interface Program {
  /** The state tensors that the program reads or writes. */
  readonly state: Readonly<Record<string, Shape>>
  readonly inputs: Readonly<Record<string, { readonly shape: Shape; readonly elementType: ElementType }>>
  readonly outputs: Nodes<string>
  /** New values of the state tensors that change. */
  readonly nextState: Nodes<string>
}

/** Prefixes keep a state tensor and an input of the same name apart inside one graph. */
export const stateName = (name: string): string => `state/${name}`
export const inputName = (name: string): string => `input/${name}`

/**
 * Builds a program: `build` gets a node for every state tensor and input and returns graph.
 *
 * @throws ShapeError where operands do not fit, ProgramError where a new state has another shape than the old one.
 */
export const program = <S extends string, I extends string>(spec: {
  readonly state: Readonly<Record<S, Shape>>
  readonly inputs: Readonly<Record<I, InputSpec>>
  readonly build: (state: Nodes<S>, inputs: Nodes<I>) => ProgramResult
}): Program => {
  const inputs = mapValues<InputSpec, Program["inputs"][string]>(spec.inputs, (given) =>
    "elementType" in given ? given : { shape: given, elementType: "float32" }
  )
  const stateNodes = mapEntries(spec.state, (name, shape: Shape) => input(stateName(name), shape))
  const inputNodes = mapEntries(inputs, (name, { shape, elementType }) => input(inputName(name), shape, elementType))
  const { outputs = {}, state: nextState = {} } = spec.build(stateNodes as Nodes<S>, inputNodes as Nodes<I>)
  for (const [name, node] of Object.entries(nextState)) {
    const before: Shape | undefined = spec.state[name as S]
    if (before === undefined)
      throw new ProgramError(`new value of a state tensor "${name}" that the program does not declare`)
    if (!isSameShape(before, node.shape)) {
      throw new ProgramError(`state tensor "${name}": expected ${printShape(before)}, found ${printShape(node.shape)}`)
    }
  }
  const roots = [...Object.values(outputs), ...Object.values(nextState)]
  verify(roots)
  const optimised = optimise(roots)
  let next = 0
  const take = () => optimised[next++]
  return {
    state: spec.state,
    inputs,
    outputs: mapValues(outputs, take),
    nextState: mapValues(nextState, take)
  }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  mapEntries(record, (_, value) => map(value))

const mapEntries = <A, B>(record: Readonly<Record<string, A>>, map: (name: string, value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]))
