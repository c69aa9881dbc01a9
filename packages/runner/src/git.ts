import { execFile } from "node:child_process"
import { promisify } from "node:util"

export interface GitState {
  readonly commit: string
  /** True if tracked files differ from the commit. */
  readonly isDirty: boolean
}

const TIMEOUT_MS = 5_000

/** The state of the repository that holds `folder`; null if there is none, or no git. */
export const describeGit = async (folder: string): Promise<GitState | null> => {
  const git = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, ...args], { timeout: TIMEOUT_MS })
    return stdout.trim()
  }
  try {
    const [commit, changes] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "--untracked-files=no")
    ])
    return { commit, isDirty: changes !== "" }
  } catch {
    return null // the record then says that there was no commit to name
  }
}
