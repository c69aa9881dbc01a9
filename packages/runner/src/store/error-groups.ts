import type { DatabaseSync, StatementSync } from "node:sqlite"
import { shortHash } from "@twinpact/core"
import type { SerialisedError } from "../pool/serialised-error.ts"

/**
 * Errors with the same group are the same mistake: equal in name, code, message and place, numbers apart, so that
 * "reward is NaN after 800 steps" and "after 1600 steps" count as one.
 */
export const groupOf = ({ name, code, message, stack }: SerialisedError): string => {
  const frames = (stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "))
  return shortHash([name, code ?? "", message.replaceAll(/\d+(\.\d+)?(e[+-]?\d+)?/gi, "#"), ...frames].join("\n"))
}

/** The stored errors: the first of each group, with its stack trace. */
export class ErrorGroups {
  private readonly keys = new Map<string, number>()
  private readonly insert: StatementSync
  private readonly find: StatementSync

  constructor(database: DatabaseSync) {
    this.insert = database.prepare(
      "INSERT OR IGNORE INTO errors (hash, name, code, message, stack, cause) VALUES (?, ?, ?, ?, ?, ?)"
    )
    this.find = database.prepare("SELECT key FROM errors WHERE hash = ?")
  }

  keyOf(error: SerialisedError): number {
    const hash = groupOf(error)
    const known = this.keys.get(hash)
    if (known !== undefined) return known
    const { name, code, message, stack, cause } = error
    this.insert.run(hash, name, code, message, stack, cause === null ? null : JSON.stringify(cause))
    const { key } = this.find.get(hash) as { key: number }
    this.keys.set(hash, key)
    return key
  }
}
