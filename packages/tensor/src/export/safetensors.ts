import { FormatError } from "../errors.ts"
import { printShape, type Shape, sizeOf } from "../shape.ts"

/**
 * The safetensors format: 8 bytes with the length of a JSON header (little endian), the header, then the values of all
 * tensors without gaps. https://github.com/huggingface/safetensors
 */
export interface SafeTensor {
  readonly shape: Shape
  readonly values: SafeValues
}

export type SafeValues = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array

const KINDS = [
  { dtype: "F64", make: Float64Array, bytes: 8 },
  { dtype: "I64", make: BigInt64Array, bytes: 8 },
  { dtype: "F32", make: Float32Array, bytes: 4 },
  { dtype: "I32", make: Int32Array, bytes: 4 },
  { dtype: "U8", make: Uint8Array, bytes: 1 }
] as const

const LENGTH_BYTES = 8
const MAXIMUM_HEADER_BYTES = 100_000_000

/** Widest elements first, then by name: every tensor is aligned, and equal tensors give equal bytes. */
const layout = (tensors: Readonly<Record<string, SafeTensor>>) =>
  Object.entries(tensors)
    .map(([name, { shape, values }]) => {
      const kind = KINDS.findIndex(({ make }) => values instanceof make)
      if (kind < 0) throw new FormatError(`safetensors: tensor "${name}" has values of an unknown kind`)
      if (values.length !== sizeOf(shape)) {
        throw new FormatError(`safetensors: tensor "${name}" is ${printShape(shape)}, found ${values.length} values`)
      }
      return { name, shape, values, kind }
    })
    .sort((a, b) => KINDS[b.kind].bytes - KINDS[a.kind].bytes || a.kind - b.kind || (a.name < b.name ? -1 : 1))

/** The bytes of a file with these tensors and free-form metadata. */
export const encodeSafetensors = (
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {}
): Uint8Array => {
  let end = 0
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata }
  const entries = layout(tensors)
  for (const { name, shape, values, kind } of entries) {
    header[name] = { dtype: KINDS[kind].dtype, shape, data_offsets: [end, end + values.byteLength] }
    end += values.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES // padded with spaces, so that values are aligned
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.set(text, LENGTH_BYTES)
  let at = LENGTH_BYTES + headerBytes
  for (const { values } of entries) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return file
}

/**
 * Reads a safetensors file.
 *
 * @throws FormatError if the file is truncated, its header is no valid one, or tensors overlap, leave gaps or lie outside.
 */
export const decodeSafetensors = (
  file: Uint8Array
): { readonly tensors: Record<string, SafeTensor>; readonly metadata: Readonly<Record<string, string>> } => {
  if (file.length < LENGTH_BYTES) throw new FormatError(`safetensors: expected at least 8 bytes, found ${file.length}`)
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const start = LENGTH_BYTES + headerBytes
  if (headerBytes > MAXIMUM_HEADER_BYTES || start > file.length) {
    throw new FormatError(`safetensors: a header of ${headerBytes} bytes does not fit a file of ${file.length} bytes`)
  }
  const { __metadata__: metadata = {}, ...entries } = parseHeader(file.subarray(LENGTH_BYTES, start))
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw new FormatError("safetensors: expected metadata of strings")
  }
  const parsed = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry))
  requireTiling(parsed, file.length - start)
  const tensors = Object.fromEntries(
    parsed.map(({ name, kind, shape, begin, end }) => {
      // a copy: aligned, and independent of the file; a Buffer's own slice would be a view
      const copy = Uint8Array.prototype.slice.call(file, start + begin, start + end).buffer
      return [name, { shape, values: new KINDS[kind].make(copy) }]
    })
  )
  return { tensors, metadata: metadata as Record<string, string> }
}

interface Entry {
  readonly name: string
  readonly kind: number
  readonly shape: Shape
  readonly begin: number
  readonly end: number
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isNatural = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0

const parseHeader = (bytes: Uint8Array): Record<string, unknown> => {
  if (bytes[0] !== 0x7b) throw new FormatError("safetensors: expected a header that begins with {")
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
    if (isRecord(header)) return header
  } catch (cause) {
    throw new FormatError("safetensors: the header is no JSON in UTF-8", { cause })
  }
  throw new FormatError("safetensors: expected a JSON object as header")
}

const parseEntry = (name: string, entry: unknown): Entry => {
  const fail = (expected: string) =>
    new FormatError(`safetensors: tensor "${name}": expected ${expected}, found ${JSON.stringify(entry)}`)
  if (!isRecord(entry)) throw fail("an object")
  const { dtype, shape, data_offsets: offsets } = entry
  const kind = KINDS.findIndex((known) => known.dtype === dtype)
  if (kind < 0) throw fail(`a dtype of ${KINDS.map((known) => known.dtype).join(", ")}`)
  if (!Array.isArray(shape) || !shape.every(isNatural)) throw fail("a shape")
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isNatural)) throw fail("two data_offsets")
  const [begin, end] = offsets as [number, number]
  if (end - begin !== sizeOf(shape) * KINDS[kind].bytes) throw fail("offsets that fit the shape")
  return { name, kind, shape, begin, end }
}

const requireTiling = (entries: readonly Entry[], dataBytes: number): void => {
  let at = 0
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw new FormatError(`safetensors: tensor "${name}" begins at ${begin}, expected ${at}`)
    at = end
  }
  if (at !== dataBytes) throw new FormatError(`safetensors: expected ${at} bytes of values, found ${dataBytes}`)
}
