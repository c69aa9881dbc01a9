import { accessSync, constants, existsSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { RunnerError, StoreError } from "../errors.ts"
import { APPLICATION_ID, CREATE_TABLES, SCHEMA_VERSION } from "./schema.ts"

/** Opens the study's database for its only writer, and makes the tables where there are none yet. */
export const openForWriting = (file: string): DatabaseSync =>
  guard(file, "opened", () => {
    const database = new DatabaseSync(file)
    try {
      database.exec("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF")
      const isNew = !isInitialised(file, database)
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      if (isNew) initialise(file, database)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })

/** Opens the study's database beside its writer. */
export const openForReading = (file: string): DatabaseSync =>
  guard(file, "read", () => {
    if (!existsSync(file)) throw new StoreError("missing", file, "there is no such file: nothing has been run yet")
    const database = new DatabaseSync(readableLocation(file), { readOnly: true })
    try {
      database.exec("PRAGMA busy_timeout = 5000")
      if (!isInitialised(file, database)) {
        throw new StoreError("missing", file, "holds no trials: nothing has been run yet")
      }
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })

/** Runs `action` and turns what SQLite and the file system report into a StoreError with a way out. */
export const guard = <T>(file: string, verb: string, action: () => T): T => {
  try {
    return action()
  } catch (error) {
    throw toStoreError(file, verb, error)
  }
}

/** SQLite cannot create its lock files in a folder that is read-only: there the file cannot change either. */
const readableLocation = (file: string): string | URL => {
  try {
    accessSync(dirname(file), constants.W_OK)
    return file
  } catch {
    if (existsSync(`${file}-wal`)) return file
    const url = pathToFileURL(file)
    url.searchParams.set("immutable", "1")
    return url
  }
}

const isInitialised = (file: string, database: DatabaseSync): boolean => {
  const read = (pragma: string) => Object.values(database.prepare(`PRAGMA ${pragma}`).get()!)[0] as number
  const [application, version] = [read("application_id"), read("user_version")]
  if (application === APPLICATION_ID && version === SCHEMA_VERSION) return true
  if (application === APPLICATION_ID) {
    throw new StoreError(
      "newer",
      file,
      `expected version ${SCHEMA_VERSION} of the tables, found ${version}: it was written by another version of twinpact; ` +
        "use that version, or another --studies folder"
    )
  }
  const { tables } = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as { tables: number }
  if (application === 0 && version === 0 && tables === 0) return false
  throw new StoreError(
    "foreign",
    file,
    "this database was not written by twinpact; move it away or choose another name"
  )
}

const initialise = (file: string, database: DatabaseSync): void =>
  transact(database, () => {
    // Another process may have made the tables since we looked.
    if (isInitialised(file, database)) return
    database.exec(`${CREATE_TABLES}
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION};`)
  })

/** All of `action`, or nothing. */
export const transact = <T>(database: DatabaseSync, action: () => T): T => {
  database.exec("BEGIN IMMEDIATE")
  try {
    const result = action()
    database.exec("COMMIT")
    return result
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK") // SQLite has already done so where the disk was full
    throw error
  }
}

/** Primary result codes of SQLite that a user can do something about. */
const BUSY = 5
const READ_ONLY = 8
const INPUT_OUTPUT = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26

const toStoreError = (file: string, verb: string, error: unknown): Error => {
  if (!(error instanceof Error)) return new StoreError("failed", file, `cannot be ${verb}: ${error}`)
  if (error instanceof RunnerError || !("code" in error)) return error
  const options = { cause: error }
  const resume = "what was recorded before is intact; then run the same command again"
  if (error.code === "ERR_SQLITE_ERROR" && "errcode" in error && typeof error.errcode === "number") {
    switch (error.errcode & 0xff) {
      case FULL:
        return new StoreError("full", file, `the disk is full: free some space; ${resume}`, options)
      case INPUT_OUTPUT:
        return new StoreError(
          "full",
          file,
          `cannot be ${verb} (${error.message}): the disk is full, has a quota or is failing; ${resume}`,
          options
        )
      case READ_ONLY:
      case CANNOT_OPEN:
        return new StoreError(
          "read-only",
          file,
          `cannot be ${verb} (${error.message}): check the permissions of the folder, or choose another with --studies`,
          options
        )
      case CORRUPT:
      case NOT_A_DATABASE:
        return new StoreError(
          "damaged",
          file,
          `the file is damaged (${error.message}): move it away and run the study again, or try "sqlite3 ${file} .recover"`,
          options
        )
      case BUSY:
        return new StoreError("busy", file, "another program has locked the file for more than 5 seconds", options)
    }
  }
  return fileSystemError(file, verb, error)
}

/** Turns an error of the file system into a StoreError with a way out. */
export const fileSystemError = (file: string, verb: string, error: Error): Error => {
  const options = { cause: error }
  const code = "code" in error ? error.code : undefined
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new StoreError("full", file, `cannot be ${verb}: the disk is full (${code}); free some space`, options)
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new StoreError(
        "read-only",
        file,
        `cannot be ${verb}: no permission to write there (${code}); choose another folder with --studies`,
        options
      )
    case "ENOENT": // also what making a folder on a read-only disk reports
      return new StoreError(
        "read-only",
        file,
        `cannot be ${verb}: the folder above is missing or read-only (${code}); choose another with --studies`,
        options
      )
    case "ENOTDIR":
    case "EEXIST":
      return new StoreError(
        "read-only",
        file,
        `cannot be ${verb}: a part of this path is a file, not a folder (${code}); choose another with --studies`,
        options
      )
    default:
      return typeof code === "string"
        ? new StoreError("failed", file, `cannot be ${verb}: ${error.message}`, options)
        : error
  }
}
