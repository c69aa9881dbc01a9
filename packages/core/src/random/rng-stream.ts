import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus"
import { drawNormal } from "./ziggurat.ts"

type Generator = ReturnType<typeof xoroshiro128plusFromState>

const TWO_POW_MINUS_53 = 2 ** -53
const TWO_POW_MINUS_32 = 2 ** -32

/**
 * One stream of pseudo-random numbers: xoroshiro128+ (Blackman and Vigna, 2018; pure-rand's implementation).
 *
 * The generator yields the low half of its 64-bit sum, whose lowest bits are the weakest, so floating-point draws use the
 * upper 27 and 26 bits of two outputs. `Math.log`, `Math.exp` and `Math.sqrt` are V8's own portable code, so a stream
 * gives the same numbers on every processor.
 */
export class RngStream {
  private generator: Generator

  /** @param state four 32-bit integers, not all zero. */
  constructor(state: readonly number[]) {
    this.generator = generatorFrom(state)
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.generator.next() >>> 5
    const low = this.generator.next() >>> 6
    return (high * 67_108_864 + low) * TWO_POW_MINUS_53
  }

  /** Uniform integer in 0..bound-1, by multiplication of 32 random bits (bias below bound / 2^32). */
  integer(bound: number): number {
    return Math.floor((this.generator.next() >>> 0) * TWO_POW_MINUS_32 * bound)
  }

  /** Exponential with mean 1: -ln(1 - u). */
  exponential(): number {
    return -Math.log(1 - this.uniform())
  }

  /** 32 random bits as an integer of either sign. */
  bits(): number {
    return this.generator.next()
  }

  /** Standard normal. */
  normal(): number {
    return drawNormal(this, true)
  }

  /** Fills `target` with independent draws from [low, high). */
  fillUniform(target: Float32Array | Float64Array, low = 0, high = 1): void {
    const range = high - low
    for (let i = 0; i < target.length; i++) target[i] = low + range * this.uniform()
  }

  /** Fills `target` with independent standard normals; single precision takes half as many random bits. */
  fillNormal(target: Float32Array | Float64Array): void {
    const isDouble = target instanceof Float64Array
    for (let i = 0; i < target.length; i++) target[i] = drawNormal(this, isDouble)
  }

  /** Four integers from which `restore` continues this stream. */
  save(): readonly number[] {
    return this.generator.getState()
  }

  restore(state: readonly number[]): void {
    this.generator = generatorFrom(state)
  }
}

const generatorFrom = (state: readonly number[]): Generator => {
  if (state.length !== 4 || state.every((word) => word === 0)) {
    throw new RangeError(`RngStream: expected a state of 4 integers, not all zero; found [${state.join(", ")}]`)
  }
  return xoroshiro128plusFromState(state)
}
