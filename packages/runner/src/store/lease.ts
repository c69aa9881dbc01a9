import { hostname } from "node:os"
import process from "node:process"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import { newIdentifier, wallClockMs } from "../clock.ts"
import { type Holder, LeaseLostError, StudyHeldError } from "../errors.ts"
import { transact } from "./database.ts"

/** A holder that has not renewed for this long has lost the study. */
const LEASE_SECONDS = 20

/** Seconds between two renewals. */
export const RENEWAL_SECONDS = 5

/** Leases of this very process: a restarted container has the same process number as the one that died. */
const heldHere = new Set<string>()

interface LeaseRow extends Holder {
  readonly renewed: number
}

/**
 * The right to write a study: one row of its database.
 *
 * A second process is refused while the holder lives. A holder is dead when its process is gone from this machine, or has
 * not renewed for 20 s. Whoever lost the lease finds out before the next write, because every transaction asks.
 */
export class Lease {
  readonly holder: Holder = { id: newIdentifier(), pid: process.pid, host: hostname(), since: wallClockMs() }
  private readonly study: string
  private readonly database: DatabaseSync
  private readonly current: StatementSync

  /** @throws StudyHeldError if somebody else holds the study and lives. */
  static acquire(study: string, database: DatabaseSync): Lease {
    const lease = new Lease(study, database)
    transact(database, () => {
      const row = readLease(database)
      if (row !== null && isAlive(row)) throw new StudyHeldError(study, row)
      const { id, pid, host, since } = lease.holder
      database
        .prepare("INSERT OR REPLACE INTO lease (only, id, pid, host, since, renewed) VALUES (1, ?, ?, ?, ?, ?)")
        .run(id, pid, host, since, since)
    })
    heldHere.add(lease.holder.id)
    return lease
  }

  private constructor(study: string, database: DatabaseSync) {
    this.study = study
    this.database = database
    this.current = database.prepare("SELECT id FROM lease")
  }

  /** Called inside every transaction: a process that lost the study writes nothing. */
  require(): void {
    if (this.current.get()?.id !== this.holder.id) throw new LeaseLostError(this.study, readLease(this.database))
  }

  renew(): void {
    const { changes } = this.database
      .prepare("UPDATE lease SET renewed = ? WHERE id = ?")
      .run(wallClockMs(), this.holder.id)
    if (changes !== 1) throw new LeaseLostError(this.study, readLease(this.database))
  }

  release(): void {
    heldHere.delete(this.holder.id)
    this.database.prepare("DELETE FROM lease WHERE id = ?").run(this.holder.id)
  }
}

/** Who holds the study now; null if nobody does, or the holder is dead. */
export const livingHolder = (database: DatabaseSync): Holder | null => {
  const row = readLease(database)
  return row !== null && isAlive(row) ? row : null
}

const readLease = (database: DatabaseSync): LeaseRow | null =>
  (database.prepare("SELECT id, pid, host, since, renewed FROM lease").get() as LeaseRow | undefined) ?? null

const isAlive = ({ id, pid, host, renewed }: LeaseRow): boolean => {
  if (wallClockMs() - renewed > LEASE_SECONDS * 1000) return false
  if (host !== hostname()) return true
  if (pid === process.pid) return heldHere.has(id)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
