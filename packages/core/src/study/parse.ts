import { LineCounter, parseDocument } from "yaml"
import { ConfigurationError } from "../errors.ts"
import { decode, type Problem } from "./problems.ts"
import { StudyFile } from "./schema.ts"

const MAXIMUM_BYTES = 16 * 1024 * 1024

/** A study as written, with the means to say where in its file something stands. */
export interface ParsedStudy {
  readonly study: StudyFile
  /** An error with one line per problem: `file:line:column: path: message`. */
  readonly explain: (problems: readonly Problem[]) => ConfigurationError
}

/**
 * Reads a study file (YAML 1.2, so JSON too) and checks everything that needs no agent or environment.
 *
 * @throws ConfigurationError with one line per problem.
 */
export const parseStudy = (file: string, bytes: Uint8Array): ParsedStudy => {
  const lines = new LineCounter()
  const fail = (message: string) => new ConfigurationError(file, [message])
  if (bytes.length > MAXIMUM_BYTES) throw fail(`expected at most 16 MiB, found ${bytes.length} bytes`)
  const text = decodeText(bytes)
  if (text === null) throw fail("expected YAML text in UTF-8, found binary data")
  const document = parseDocument(text, { lineCounter: lines })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    throw new ConfigurationError(
      file,
      faults.map((fault) => {
        const { line, col } = lines.linePos(fault.pos[0])
        return `${line}:${col}: ${fault.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "")}`
      })
    )
  }
  const explain = (problems: readonly Problem[]) =>
    new ConfigurationError(
      file,
      problems.map(({ path, message }) => {
        const position = locate(path)
        return `${position}${path.length === 0 ? "" : `${path.join(".")}: `}${message}`
      })
    )
  const locate = (path: readonly (string | number)[]): string => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true)
      if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
        const { line, col } = lines.linePos(node.range[0])
        return `${line}:${col}: `
      }
    }
    return ""
  }
  const content = toPlain(document, fail)
  if (content === null || content === undefined)
    throw fail('expected a study with the keys "name", "environment" and "agent"; the file is empty')
  const infinite = findInfinite(content)
  if (infinite.length > 0) throw explain(infinite)
  const result = decode(StudyFile, content, (path) => knownKeys(path))
  if ("problems" in result) throw explain(result.problems)
  return { study: result.value, explain }
}

const decodeText = (bytes: Uint8Array): string | null => {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const toPlain = (document: ReturnType<typeof parseDocument>, fail: (message: string) => Error): unknown => {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 1000 })
    JSON.stringify(content) // throws where an anchor contains itself
    return content
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause)
    throw fail(
      message.includes("circular")
        ? "an anchor contains itself: expected a finite document"
        : `cannot be read: ${message}`
    )
  }
}

/** Numbers that no JSON, hence no identity, can hold: YAML's .inf and .nan, and literals such as 1e400. */
const findInfinite = (value: unknown, path: Problem["path"] = []): readonly Problem[] => {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return [{ path, message: `expected a finite number, found ${value}` }]
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => findInfinite(item, [...path, index]))
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => findInfinite(item, [...path, key]))
}

/** The keys that the schema has at this path. */
const knownKeys = (path: readonly (string | number)[]): readonly string[] => {
  const [key] = path
  if (key === undefined) return Object.keys(StudyFile.fields)
  if (key === "when") return ["if", "grid"]
  const { budget, evaluation, resources, retry } = StudyFile.fields
  const nested = { budget, evaluation, resources, retry }[String(key)]
  return nested === undefined ? [] : Object.keys(nested.to.fields)
}
