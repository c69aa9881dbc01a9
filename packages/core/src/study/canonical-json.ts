import { createHash } from "node:crypto"
import canonicalize from "canonicalize"

/** RFC 8785 canonical JSON: sorted keys, one spelling for every number. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError("canonicalJson: expected a value that JSON can hold, found none")
  return text
}

/** The first 16 hex digits of SHA-256 of `text`. */
export const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16)
