import { canonicalJson } from "./canonical-json.ts"
import type { Problem } from "./problems.ts"
import { suggestion } from "./problems.ts"
import type { StudyFile } from "./schema.ts"

const MAXIMUM_TRIALS = 1_000_000

type Json = unknown
type Path = readonly (string | number)[]

/** One grid point as written: the parts of a study that decide a trial, and the values its axes took. */
export interface DraftConfiguration {
  readonly content: {
    readonly environment: Json
    readonly agent?: Json
    readonly agents?: Json
    readonly budget: Json
    readonly evaluation: Json
  }
  /** Axis path to value, in order of application. */
  readonly axes: ReadonlyMap<string, Json>
  /** Where in the file each axis value stands, for messages. */
  readonly origins: ReadonlyMap<string, Path>
}

/** Roots that an axis may vary. `name`, `seeds`, `resources`, `retry` are not part of a trial's identity. */
const AXIS_ROOTS = ["environment", "agent", "agents", "budget", "evaluation"]

type Assignment = { readonly value: Json; readonly origin: Path }
type Point = ReadonlyMap<string, Assignment>

/**
 * All configurations of a study in a fixed order: product of `grid`, `zip` and `cases`, then `when`, less `exclude`.
 *
 * Axes vary in the order of the file, the last one fastest. Pure: the same file gives the same list.
 */
export const expandConfigurations = (
  study: StudyFile
): { readonly configurations: readonly DraftConfiguration[] } | { readonly problems: readonly Problem[] } => {
  const problems = [...checkAxes(study), ...checkDuplicates(study), ...checkZips(study), ...checkSize(study)]
  if (problems.length > 0) return { problems }
  const points = study.when.reduce<readonly Point[]>(
    (known, { if: condition, grid }, index) =>
      known.flatMap((point) =>
        matches(apply(study, point), condition) ? product([point], gridPoints(grid, ["when", index, "grid"])) : [point]
      ),
    product(
      gridPoints(study.grid, ["grid"]),
      ...study.zip.map((zip, index) => zipPoints(zip, ["zip", index])),
      study.cases.length === 0 ? [new Map()] : study.cases.map((point, index) => casePoint(point, ["cases", index]))
    )
  )
  const configurations = points
    .map((point) => apply(study, point))
    .filter((configuration) => !study.exclude.some((excluded) => matches(configuration, excluded)))
  if (configurations.length === 0) return { problems: [{ path: ["exclude"], message: "leaves no configuration over" }] }
  return { configurations }
}

const gridPoints = (grid: Readonly<Record<string, readonly Json[]>>, origin: Path): readonly Point[] =>
  product(
    ...Object.entries(grid).map(([axis, values]) =>
      values.map((value, index): Point => new Map([[axis, { value, origin: [...origin, axis, index] }]]))
    )
  )

const zipPoints = (zip: Readonly<Record<string, readonly Json[]>>, origin: Path): readonly Point[] => {
  const length = Math.max(...Object.values(zip).map((values) => values.length))
  return Array.from(
    { length },
    (_, index) =>
      new Map(
        Object.entries(zip).map(([axis, values]) => [axis, { value: values[index], origin: [...origin, axis, index] }])
      )
  )
}

const casePoint = (point: Readonly<Record<string, Json>>, origin: Path): Point =>
  new Map(Object.entries(point).map(([axis, value]) => [axis, { value, origin: [...origin, axis] }]))

const product = (...factors: readonly (readonly Point[])[]): readonly Point[] =>
  factors.reduce<readonly Point[]>(
    (points, factor) => points.flatMap((point) => factor.map((extra): Point => new Map([...point, ...extra]))),
    [new Map()]
  )

/** Sets the axes in order of depth, so that `agent` comes before `agent.learningRate`. */
const apply = (study: StudyFile, point: Point): DraftConfiguration => {
  const { environment, agent, agents, budget, evaluation } = study
  const content = structuredClone({
    environment: named(environment),
    ...(agent === undefined ? {} : { agent: named(agent) }),
    ...(agents === undefined
      ? {}
      : { agents: Object.fromEntries(Object.entries(agents).map(([role, value]) => [role, named(value)])) }),
    budget,
    evaluation
  })
  const byDepth = [...point].sort(([a], [b]) => a.split(".").length - b.split(".").length)
  for (const [axis, { value }] of byDepth) assign(content, axis.split("."), structuredClone(value))
  return {
    content,
    axes: new Map([...point].map(([axis, { value }]) => [axis, value])),
    origins: new Map([...point].map(([axis, { origin }]) => [axis, origin]))
  }
}

/** `random` is short for `{ name: random }`. */
const named = (value: Json): Json => (typeof value === "string" ? { name: value } : value)

const isNamedPlace = (keys: readonly string[]): boolean =>
  (keys.length === 1 && (keys[0] === "environment" || keys[0] === "agent")) ||
  (keys.length === 2 && keys[0] === "agents")

const assign = (target: object, keys: readonly string[], value: Json): void => {
  let place = target as Record<string, Json>
  for (const key of keys.slice(0, -1)) {
    const next = place[key]
    const isObject = typeof next === "object" && next !== null && !Array.isArray(next)
    const child: Record<string, Json> = isObject ? (next as Record<string, Json>) : {}
    place[key] = child
    place = child
  }
  place[keys.at(-1)!] = isNamedPlace(keys) ? named(value) : value
}

const lookUp = (content: Json, keys: readonly string[]): Json =>
  keys.reduce<Json>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<string, Json>)[key] : undefined),
    content
  )

/** True if every condition holds; `agent: sac` compares the name alone. */
const matches = (configuration: DraftConfiguration, condition: Readonly<Record<string, Json>>): boolean =>
  Object.entries(condition).every(([axis, expected]) => {
    const keys = axis.split(".")
    const path = isNamedPlace(keys) && typeof expected === "string" ? [...keys, "name"] : keys
    const found = lookUp(configuration.content, path)
    return found !== undefined && canonicalJson(found) === canonicalJson(expected)
  })

/** Every place of the file that names axes: where it stands, and which axes. */
const axisPlaces = (study: StudyFile): readonly { readonly path: Path; readonly axes: readonly string[] }[] => [
  { path: ["grid"], axes: Object.keys(study.grid) },
  ...study.zip.map((zip, index) => ({ path: ["zip", index], axes: Object.keys(zip) })),
  ...study.cases.map((point, index) => ({ path: ["cases", index], axes: Object.keys(point) })),
  ...study.when.flatMap(({ if: condition, grid }, index) => [
    { path: ["when", index, "if"], axes: Object.keys(condition) },
    { path: ["when", index, "grid"], axes: Object.keys(grid) }
  ]),
  ...study.exclude.map((point, index) => ({ path: ["exclude", index], axes: Object.keys(point) }))
]

const checkAxes = (study: StudyFile): readonly Problem[] => {
  const problems: Problem[] = []
  for (const { path, axes } of axisPlaces(study)) {
    if (axes.length === 0 && path[0] !== "grid")
      problems.push({ path, message: "expected at least one axis, found none" })
    for (const axis of axes) {
      const root = axis.split(".")[0]!
      if (!AXIS_ROOTS.includes(root) || axis.split(".").includes("")) {
        problems.push({ path: [...path, axis], message: `not an axis${suggestion(root, AXIS_ROOTS)}` })
      }
    }
  }
  const factors = axisPlaces(study).filter(({ path }) => path[0] === "grid" || path[0] === "zip")
  const seen = new Map<string, Path>()
  for (const { path, axes } of factors) {
    for (const axis of axes) {
      const earlier = seen.get(axis)
      if (earlier !== undefined) {
        problems.push({ path: [...path, axis], message: `this axis is already set in ${earlier.join(".")}` })
      }
      seen.set(axis, path)
    }
  }
  for (const [index, point] of study.cases.entries()) {
    for (const axis of Object.keys(point)) {
      const earlier = seen.get(axis)
      if (earlier !== undefined) {
        problems.push({ path: ["cases", index, axis], message: `this axis is already set in ${earlier.join(".")}` })
      }
    }
  }
  return problems
}

const checkDuplicates = (study: StudyFile): readonly Problem[] => {
  const lists: { readonly path: Path; readonly values: readonly Json[] }[] = [
    ...Object.entries(study.grid).map(([axis, values]) => ({ path: ["grid", axis], values })),
    ...study.when.flatMap(({ grid }, index) =>
      Object.entries(grid).map(([axis, values]) => ({ path: ["when", index, "grid", axis], values }))
    ),
    ...(typeof study.seeds === "number" ? [] : [{ path: ["seeds"], values: study.seeds }])
  ]
  return lists.flatMap(({ path, values }) => {
    const seen = new Map<string, number>()
    return values.flatMap((value, index) => {
      const key = canonicalJson(named(value))
      const earlier = seen.get(key)
      if (earlier === undefined) seen.set(key, index)
      return earlier === undefined
        ? []
        : [{ path: [...path, index], message: `the same value as number ${earlier}: ${key}` }]
    })
  })
}

const checkZips = (study: StudyFile): readonly Problem[] =>
  study.zip.flatMap((zip, index) => {
    const lengths = Object.entries(zip).map(([axis, values]) => `${axis} ${values.length}`)
    const isEven = new Set(Object.values(zip).map((values) => values.length)).size <= 1
    return isEven
      ? []
      : [{ path: ["zip", index], message: `expected lists of equal length, found ${lengths.join(", ")}` }]
  })

/** Counted before anything is built, as if every `when` applied to every configuration and nothing was excluded. */
const checkSize = (study: StudyFile): readonly Problem[] => {
  const sizeOf = (grid: Readonly<Record<string, readonly Json[]>>) =>
    Object.values(grid).reduce((size, values) => size * values.length, 1)
  const seeds = typeof study.seeds === "number" ? study.seeds : study.seeds.length
  const zips = study.zip.reduce(
    (size, zip) => size * Math.max(1, ...Object.values(zip).map((values) => values.length)),
    1
  )
  const whens = study.when.reduce((size, { grid }) => size * sizeOf(grid), 1)
  const trials = sizeOf(study.grid) * zips * Math.max(1, study.cases.length) * whens * seeds
  if (trials <= MAXIMUM_TRIALS) return []
  const found = Number.isFinite(trials) ? trials.toLocaleString("en") : "more than a number can hold"
  return [
    {
      path: [],
      message: `expected at most ${MAXIMUM_TRIALS.toLocaleString("en")} trials (configurations x seeds), found up to ${found}; split the study`
    }
  ]
}
