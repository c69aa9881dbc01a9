import type { Program } from "../program.ts"

export type TensorValues = Float32Array | Int32Array

/** Values of named tensors. */
export type NamedValues = Readonly<Record<string, TensorValues>>

/** Programs compiled together over one shared state. */
export interface CompiledPrograms {
  /**
   * Runs one program: reads the state, replaces what the program changes, returns its outputs.
   *
   * The returned arrays belong to the program and are overwritten by its next run. Pass the same input arrays every time
   * where you can: nothing is allocated then.
   *
   * @throws ProgramError for an unknown program, a missing or unknown input, or a wrong length.
   */
  run(program: string, inputs: NamedValues): Promise<Readonly<Record<string, Float32Array>>>
  /** Copies of state tensors, all of them if no names are given. */
  readState(names?: readonly string[]): Promise<Record<string, Float32Array>>
  /** Replaces state tensors; those not named keep their values. Everything is zero at the start. */
  writeState(values: Readonly<Record<string, Float32Array>>): Promise<void>
  dispose(): Promise<void>
}

export interface CompileOptions {
  /** Threads inside one operation, explicit because a pool must add up to the machine. */
  readonly threads: number
}

export type Programs = Readonly<Record<string, Program>>
