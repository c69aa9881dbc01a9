import { Buffer } from "node:buffer"
import { fc, test as property } from "@fast-check/vitest"
import { describe, expect, test } from "vitest"
import { FormatError } from "../errors.ts"
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts"

describe("safetensors", () => {
  // written by hand from the format's description: two tensors, a metadata entry, a header padded to 8 bytes
  const header =
    '{"__metadata__":{"made":"by hand"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}'
  const byHand = (text = header, data = [0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 255]) => {
    const padded = text.padEnd(Math.ceil(text.length / 8) * 8)
    return Uint8Array.from([padded.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(padded), ...data])
  }

  test("reads and writes a file made by hand", () => {
    const { tensors, metadata } = decodeSafetensors(byHand())
    expect(metadata).toEqual({ made: "by hand" })
    expect(tensors).toEqual({
      a: { shape: [2, 1], values: Float32Array.of(1, -2) },
      b: { shape: [3], values: Uint8Array.of(1, 2, 255) }
    })
    expect(encodeSafetensors(tensors, metadata)).toEqual(byHand())
  })

  test("reads what a file system gives: a Buffer in the middle of a pool", () => {
    const pool = Buffer.alloc(1000)
    pool.set(byHand(), 100)
    const { tensors } = decodeSafetensors(pool.subarray(100, 100 + byHand().length))
    expect(tensors.a.values).toEqual(Float32Array.of(1, -2))
  })

  property.prop([
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
      fc.float32Array({ maxLength: 20 })
    ),
    fc.bigInt64Array({ maxLength: 5 })
  ])("gives back what was written", (floats, integers) => {
    const tensors = {
      ...Object.fromEntries(Object.entries(floats).map(([name, values]) => [name, { shape: [values.length], values }])),
      "the integers": { shape: [1, integers.length], values: integers }
    }
    expect(decodeSafetensors(encodeSafetensors(tensors)).tensors).toEqual(tensors)
  })

  test.each([
    ["empty", new Uint8Array(0), "expected at least 8 bytes, found 0"],
    ["truncated values", byHand().subarray(0, -1), "expected 11 bytes of values, found 10"],
    ["trailing bytes", Uint8Array.from([...byHand(), 0]), "expected 11 bytes of values, found 12"],
    ["truncated header", byHand().subarray(0, 40), "does not fit a file of 40 bytes"],
    ["a huge header", Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 123]), "does not fit"],
    ["no JSON", byHand("{nonsense"), "no JSON"],
    ["a list", byHand("[]"), "begins with {"],
    ["an unknown dtype", byHand(header.replace("U8", "Q8")), "expected a dtype of F64, I64, F32, I32, U8"],
    ["overlapping tensors", byHand(header.replace("[8,11]", "[7,10]")), 'tensor "b" begins at 7, expected 8'],
    ["a shape that does not fit", byHand(header.replace("[2,1]", "[3,1]")), "offsets that fit the shape"],
    ["negative extents", byHand(header.replace("[2,1]", "[-2,-1]")), "expected a shape"],
    ["metadata of numbers", byHand(header.replace('"by hand"', "1")), "metadata of strings"]
  ])("refuses %s", (_, file, message) => {
    expect(() => decodeSafetensors(file)).toThrow(FormatError)
    expect(() => decodeSafetensors(file)).toThrow(message)
  })

  test("refuses values that do not fit their shape", () => {
    expect(() => encodeSafetensors({ a: { shape: [2], values: Float32Array.of(1) } })).toThrow(
      'tensor "a" is [2], found 1 values'
    )
  })
})
