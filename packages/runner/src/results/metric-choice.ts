import { suggestion } from "@twinpact/core"
import { UsageError } from "../errors.ts"

/** Shown in this order where a study has them; with several roles their names begin with the role. */
const DEFAULT_METRICS = ["score", "serverUtility", "deviceUtility", "irViolation", "icViolation"]

const FALLBACK = "episodeReturn"

/** The metrics to show: those asked for, else the usual ones that exist, else the return. */
export const chooseMetrics = (asked: readonly string[] | undefined, names: readonly string[]): readonly string[] => {
  if (asked === undefined) {
    const usual = DEFAULT_METRICS.flatMap((metric) => names.filter((name) => name.split("/").at(-1) === metric))
    return usual.length > 0 ? usual : names.filter((name) => name === FALLBACK)
  }
  for (const name of asked) {
    if (names.length > 0 && !names.includes(name)) throw new UsageError(`no metric "${name}"${suggestion(name, names)}`)
  }
  return asked
}
