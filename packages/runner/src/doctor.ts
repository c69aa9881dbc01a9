import { execFileSync } from "node:child_process"
import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { availableParallelism, freemem, totalmem } from "node:os"
import { dirname, resolve } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"

export interface Finding {
  readonly subject: string
  readonly isFine: boolean
  readonly found: string
  /** What to do if it is not fine. */
  readonly fix: string
}

const GIB = 2 ** 30
const MINIMUM_NODE = 24
const MINIMUM_FREE_DISK_GIB = 1
const MINIMUM_FREE_MEMORY_GIB = 0.5

/** What a study needs of this machine, one finding each. Writes nothing. */
export const examine = (studies: string): readonly Finding[] => [
  checkNode(),
  {
    subject: "cores",
    isFine: true,
    found: `${availableParallelism()}: as many trials run at once`,
    fix: ""
  },
  {
    subject: "memory",
    isFine: freemem() / GIB >= MINIMUM_FREE_MEMORY_GIB,
    found: `${gib(freemem())} of ${gib(totalmem())} free`,
    fix: "close other programs, or run fewer trials at once with --workers"
  },
  checkDisk(studies),
  checkWritable(studies),
  checkSqlite(),
  checkGit()
]

const checkNode = (): Finding => ({
  subject: "Node.js",
  isFine: Number.parseInt(process.versions.node, 10) >= MINIMUM_NODE,
  found: process.versions.node,
  fix: `install Node.js ${MINIMUM_NODE} or later`
})

const checkDisk = (studies: string): Finding => {
  const { bavail, bsize } = statfsSync(nearestFolder(studies))
  const free = bavail * bsize
  return {
    subject: `disk of ${studies}`,
    isFine: free / GIB >= MINIMUM_FREE_DISK_GIB,
    found: `${gib(free)} free`,
    fix: "free some space, or choose another folder with --studies"
  }
}

const checkWritable = (studies: string): Finding => {
  const folder = nearestFolder(studies)
  const finding = {
    subject: `folder ${studies}`,
    fix: `make ${folder} writable, or choose another folder with --studies`
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return { ...finding, isFine: true, found: existsSync(studies) ? "writable" : "can be made" }
  } catch {
    return { ...finding, isFine: false, found: `${folder} is not writable` }
  }
}

const checkSqlite = (): Finding => {
  const database = new DatabaseSync(":memory:")
  const { version } = database.prepare("SELECT sqlite_version() AS version").get() as { version: string }
  database.close()
  return { subject: "SQLite", isFine: true, found: `${version} (inside Node.js)`, fix: "" }
}

const checkGit = (): Finding => {
  const fix = "install git: without it a study's record names no commit"
  try {
    const found = execFileSync("git", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
    return { subject: "git", isFine: true, found, fix }
  } catch {
    return { subject: "git", isFine: false, found: "not found", fix }
  }
}

/** The folder itself, or the nearest one above it that exists. */
const nearestFolder = (path: string): string => {
  let folder = resolve(path)
  while (!existsSync(folder)) folder = dirname(folder)
  return folder
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`
