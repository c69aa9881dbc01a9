import { shortHash } from "./canonical-json.ts"
import { expandConfigurations } from "./configurations.ts"
import type { ParsedStudy } from "./parse.ts"
import type { Problem } from "./problems.ts"
import { type Configuration, identityPrefix, type Registry, Resolver } from "./resolve.ts"
import type { StudyFile } from "./schema.ts"

/** A configuration with a seed. */
export interface Trial {
  readonly id: string
  readonly configuration: Configuration
  readonly seed: number
}

export interface Plan {
  readonly study: StudyFile
  readonly configurations: readonly Configuration[]
  /** Configurations in order, seeds innermost. */
  readonly trials: readonly Trial[]
}

/**
 * The deterministic list of trials of a study.
 *
 * `trialId` = first 16 hex digits of SHA-256 of the canonical JSON of { environment, agents, budget, evaluation, seed },
 * all defaults filled in; the study's name, `resources`, `retry`, `checkpoint` and `keep` are not part of it.
 *
 * @throws ConfigurationError with one line per problem.
 */
export const planStudy = async ({ study, explain }: ParsedStudy, registry: Registry): Promise<Plan> => {
  const expanded = expandConfigurations(study)
  if ("problems" in expanded) throw explain(expanded.problems)
  const resolver = new Resolver(registry)
  const problems = new Map<string, Problem>()
  const configurations: Configuration[] = []
  for (const draft of expanded.configurations) {
    const result = await resolver.resolve(draft)
    if ("problems" in result) for (const problem of result.problems) problems.set(problemKey(problem), problem)
    else configurations.push(result)
  }
  if (problems.size > 0) throw explain([...problems.values()])
  requireDistinct(configurations, explain)
  const seeds = typeof study.seeds === "number" ? Array.from({ length: study.seeds }, (_, seed) => seed) : study.seeds
  const trials = configurations.flatMap((configuration) => {
    const prefix = identityPrefix(configuration)
    return seeds.map((seed): Trial => ({ id: shortHash(`${prefix}${seed}}`), configuration, seed }))
  })
  return { study, configurations, trials }
}

const problemKey = ({ path, message }: Problem): string => `${path.join(".")}\n${message}`

const requireDistinct = (configurations: readonly Configuration[], explain: ParsedStudy["explain"]): void => {
  const seen = new Map<string, Configuration>()
  for (const configuration of configurations) {
    const earlier = seen.get(configuration.id)
    if (earlier !== undefined) {
      const [first, second] = [earlier, configuration].map(({ axes }) => JSON.stringify(axes))
      throw explain([{ path: [], message: `two configurations are the same trial: ${first} and ${second}` }])
    }
    seen.set(configuration.id, configuration)
  }
}
