import { isBuiltin } from "node:module"

const PATTERN = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/

/** Longest name that the npm registry takes. */
const MAXIMUM_LENGTH = 214

/** Why nothing new can be published to npm under this name; null if it can. */
export const faultOfPackageName = (name: string): string | null => {
  if (!PATTERN.test(name)) {
    return "expected a name for npm such as my-agent or @lab/my-agent: lower-case letters, digits, hyphens, dots and underscores, a letter or digit first"
  }
  if (name.length > MAXIMUM_LENGTH) return `expected at most ${MAXIMUM_LENGTH} characters, found ${name.length}`
  if (isBuiltin(name)) return "this is a module of Node itself"
  return name === "node_modules" || name === "favicon.ico" ? "npm keeps this name for itself" : null
}
