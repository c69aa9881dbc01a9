import type { DatabaseSync } from "node:sqlite"
import { canonicalJson, type Plan, shortHash } from "@twinpact/core"
import { newTrial, type TrialRecord, type TrialState } from "../coordination/trial-state.ts"

/** A trial of the plan as the database knows it. */
export interface StoredTrial {
  readonly key: number
  readonly record: TrialRecord
}

interface TrialRow {
  readonly key: number
  readonly id: string
  readonly state: TrialState
  readonly failed: number
  readonly lost: number
  readonly attempt_id: string | null
}

/**
 * Makes `plan` the present plan of the database: what is new is added, what both know is kept, the rest loses its place.
 *
 * Runs inside a transaction of the caller. @returns the trials in the order of the plan.
 */
export const adoptPlan = (database: DatabaseSync, plan: Plan): readonly StoredTrial[] => {
  const known = new Map(readTrials(database).map((row) => [row.id, row]))
  const digest = digestOf(plan)
  if (database.prepare("SELECT value FROM meta WHERE key = 'plan'").get()?.value !== digest) {
    writePlan(database, plan, known)
    database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('plan', ?)").run(digest)
  }
  return plan.trials.map(({ id }) => {
    const { key, state, failed, lost, attempt_id } = known.get(id)!
    return { key, record: { state, failed, lost, attemptId: state === "running" ? attempt_id : null } }
  })
}

/** Marks the attempts of a dead process as lost; the caller holds the lease, so no other process has any. */
export const closeOpenAttempts = (database: DatabaseSync, ended: number): void => {
  database.prepare(`UPDATE attempts SET "end" = 'lost', ended = ? WHERE "end" IS NULL`).run(ended)
}

const readTrials = (database: DatabaseSync): readonly TrialRow[] =>
  database
    .prepare(
      `SELECT t.key, t.id, t.state, t.failed, t.lost, a.id AS attempt_id
       FROM trials t LEFT JOIN attempts a ON a.key = t.attempt`
    )
    .all() as unknown as TrialRow[]

const highestKey = (known: ReadonlyMap<string, TrialRow>): number => {
  let highest = 0
  for (const { key } of known.values()) highest = Math.max(highest, key)
  return highest
}

/** Changes whenever a row that `writePlan` writes would change; the order of axes is that of the table's columns. */
const digestOf = ({ configurations, trials }: Plan): string =>
  shortHash(
    canonicalJson({
      configurations: configurations.map(({ id, axes }) => [id, Object.entries(axes)]),
      trials: shortHash(trials.map(({ id }) => id).join(" "))
    })
  )

/** Adds the trials that are new to `known`, too. */
const writePlan = (database: DatabaseSync, plan: Plan, known: Map<string, TrialRow>): void => {
  database.exec("UPDATE configurations SET position = NULL; UPDATE trials SET position = NULL")
  const configuration = database.prepare(
    `INSERT INTO configurations (id, position, content) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, content = excluded.content RETURNING key`
  )
  const keys = new Map<string, number>()
  for (const [position, { id, ...content }] of plan.configurations.entries()) {
    keys.set(id, (configuration.get(id, position, JSON.stringify(content)) as { key: number }).key)
  }
  const move = database.prepare("UPDATE trials SET position = ? WHERE key = ?")
  const insert = database.prepare(
    "INSERT INTO trials (key, id, configuration, seed, position, state, failed, lost) VALUES (?, ?, ?, ?, ?, 'waiting', 0, 0)"
  )
  let nextKey = highestKey(known) + 1
  for (const [position, { id, configuration, seed }] of plan.trials.entries()) {
    const row = known.get(id)
    if (row !== undefined) {
      move.run(position, row.key)
      continue
    }
    const key = nextKey++
    insert.run(key, id, keys.get(configuration.id)!, seed, position)
    known.set(id, { key, id, ...newTrial, attempt_id: null })
  }
}
