import type { AgentDefinition } from "../agent.ts"
import type { ConfigSchema, Environment, EnvironmentDefinition } from "../environment.ts"
import { ConfigurationError, CoreError } from "../errors.ts"
import { describeSpace } from "../space.ts"
import { canonicalJson, shortHash } from "./canonical-json.ts"
import type { DraftConfiguration } from "./configurations.ts"
import { decode, type Problem } from "./problems.ts"
import { Budget, EvaluationPlan } from "./schema.ts"

/** A definition by name and version with its decoded configuration, all defaults filled in. */
export interface Assignment {
  readonly name: string
  readonly version: string
  readonly config: unknown
}

/** One grid point without its seed. */
export interface Configuration {
  /** Hash of everything but the seed. */
  readonly id: string
  readonly environment: Assignment
  /** One assignment per role. */
  readonly agents: Readonly<Record<string, Assignment>>
  readonly budget: Budget
  readonly evaluation: EvaluationPlan
  /** The values that the axes of the study took, for tables. */
  readonly axes: Readonly<Record<string, unknown>>
}

/** Where names become definitions. Resolution fails with a sentence that says what was looked for and where. */
export interface Registry {
  environment(name: string): Promise<EnvironmentDefinition | { readonly problem: string }>
  agent(name: string): Promise<AgentDefinition | { readonly problem: string }>
}

/** Canonical JSON of a trial up to its seed: "seed" is the last of its keys in canonical order. */
export const identityPrefix = ({ agents, budget, environment, evaluation }: Configuration): string =>
  `${canonicalJson({ agents, budget, environment, evaluation }).slice(0, -1)},"seed":`

type Resolved<T> = T | { readonly problems: readonly Problem[] }

/** Turns drafts into configurations; what several drafts share is decoded once. */
export class Resolver {
  private readonly registry: Registry
  private readonly cache = new Map<
    string,
    Resolved<{ assignment: Assignment; definition: AgentDefinition | EnvironmentDefinition }>
  >()
  private readonly environments = new Map<string, Resolved<{ environment: Environment }>>()

  constructor(registry: Registry) {
    this.registry = registry
  }

  async resolve(draft: DraftConfiguration): Promise<Resolved<Configuration>> {
    const { content } = draft
    const problems: Problem[] = []
    const collect = <T extends object>(result: Resolved<T>): T | null => {
      if (!("problems" in result)) return result
      problems.push(...result.problems.map((problem) => ({ ...problem, path: originOf(draft, problem.path) })))
      return null
    }
    const settings = collect(decodeSettings(content))
    const environment = collect(await this.assignment("environment", content.environment, ["environment"]))
    const made = environment === null ? null : collect(this.environment(environment.definition, environment.assignment))
    const agents: Record<string, Assignment> = {}
    for (const [role, { value, path }] of Object.entries(agentEntries(content, made?.environment))) {
      const agent = collect(await this.assignment("agent", value, path))
      if (agent === null) continue
      agents[role] = agent.assignment
      const { definition } = agent
      if (definition.kind !== "agent") continue
      if (settings !== null && definition.trains && !hasLimit(settings.budget)) {
        collect({
          problems: [
            { path: ["budget"], message: `expected envSteps or gradientSteps: agent "${definition.name}" trains` }
          ]
        })
      }
      const seat = made?.environment.roles.find(({ name }) => name === role)
      if (seat !== undefined && !definition.actionSpaces.includes(seat.action.kind)) {
        const playable = definition.actionSpaces.join(" or ")
        collect({
          problems: [
            {
              path,
              message: `agent "${definition.name}" plays ${playable} actions, role "${role}" has a ${describeSpace(seat.action)}`
            }
          ]
        })
      }
    }
    if (made !== null) collect(checkRoles(content, made.environment))
    if (problems.length > 0 || settings === null || environment === null) return { problems }
    const configuration = {
      environment: environment.assignment,
      agents,
      ...settings,
      axes: Object.fromEntries(draft.axes)
    }
    return { id: shortHash(identityPrefix({ id: "", ...configuration })), ...configuration }
  }

  private async assignment(kind: "environment" | "agent", value: unknown, path: Problem["path"]) {
    const key = `${kind} ${path.join(".")} ${canonicalJson(value)}`
    const known = this.cache.get(key)
    if (known !== undefined) return known
    const result = await this.decodeAssignment(kind, value, path)
    this.cache.set(key, result)
    return result
  }

  private async decodeAssignment(
    kind: "environment" | "agent",
    value: unknown,
    path: Problem["path"]
  ): Promise<Resolved<{ assignment: Assignment; definition: AgentDefinition | EnvironmentDefinition }>> {
    if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string") {
      return { problems: [{ path, message: `expected the name of an ${kind}, found ${JSON.stringify(value)}` }] }
    }
    const definition = await this.registry[kind](value.name)
    if ("problem" in definition) return { problems: [{ path: [...path, "name"], message: definition.problem }] }
    const { name, ...rest } = value
    const result = decodeConfig(definition.config, rest)
    if ("problems" in result) {
      return { problems: result.problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })) }
    }
    return { assignment: { name, version: definition.version, config: result.value }, definition }
  }

  /** Made once per configuration of an environment, to learn its roles and to let it refuse what its schema cannot. */
  private environment(
    definition: AgentDefinition | EnvironmentDefinition,
    { config }: Assignment
  ): Resolved<{ environment: Environment }> {
    const key = `${definition.name} ${canonicalJson(config)}`
    const known = this.environments.get(key)
    if (known !== undefined) return known
    let result: Resolved<{ environment: Environment }>
    try {
      result = { environment: (definition as EnvironmentDefinition).create(config) }
    } catch (error) {
      if (!(error instanceof CoreError)) throw error
      const messages = error instanceof ConfigurationError ? error.problems : [error.message]
      result = { problems: messages.map((message) => ({ path: ["environment"], message })) }
    }
    this.environments.set(key, result)
    return result
  }
}

const decodeConfig = (schema: ConfigSchema, value: unknown) => decode(schema, value, () => Object.keys(schema.fields))

const decodeSettings = (
  content: DraftConfiguration["content"]
): Resolved<{ readonly budget: Budget; readonly evaluation: EvaluationPlan }> => {
  const results = {
    budget: decode(Budget, content.budget, () => Object.keys(Budget.fields)),
    evaluation: decode(EvaluationPlan, content.evaluation, () => Object.keys(EvaluationPlan.fields))
  }
  const problems = Object.entries(results).flatMap(([key, result]) =>
    "problems" in result ? result.problems.map(({ path, message }) => ({ path: [key, ...path], message })) : []
  )
  if ("problems" in results.budget || "problems" in results.evaluation) return { problems }
  return { budget: results.budget.value, evaluation: results.evaluation.value }
}

const hasLimit = (budget: Budget): boolean => budget.envSteps !== undefined || budget.gradientSteps !== undefined

/** The agents by role: `agent` is short for the only role. */
const agentEntries = (
  { agent, agents }: DraftConfiguration["content"],
  environment: Environment | undefined
): Record<string, { readonly value: unknown; readonly path: Problem["path"] }> => {
  if (agents !== undefined) {
    return Object.fromEntries(
      Object.entries(agents as object).map(([role, value]) => [role, { value, path: ["agents", role] }])
    )
  }
  return agent === undefined ? {} : { [environment?.roles[0]?.name ?? "agent"]: { value: agent, path: ["agent"] } }
}

const checkRoles = ({ agent, agents }: DraftConfiguration["content"], environment: Environment): Resolved<object> => {
  const roles = environment.roles.map(({ name }) => name)
  const expected = roles.length === 1 ? 'the key "agent"' : `"agents" with the keys ${roles.join(", ")}`
  const fail = (path: Problem["path"], message: string) => ({ problems: [{ path, message }] })
  if (agent !== undefined && agents !== undefined)
    return fail(["agents"], `expected either "agent" or "agents", found both`)
  if (agent === undefined && agents === undefined) return fail([], `no agent: expected ${expected}`)
  if (agent !== undefined && roles.length > 1) {
    return fail(["agent"], `this environment has the roles ${roles.join(", ")}: expected ${expected}`)
  }
  const found = agents === undefined ? roles : Object.keys(agents as object)
  const unknown = found.filter((role) => !roles.includes(role))
  const missing = roles.filter((role) => !found.includes(role))
  const problems = [
    ...unknown.map((role) => ({
      path: ["agents", role],
      message: `no such role; this environment has ${roles.join(", ")}`
    })),
    ...missing.map((role) => ({ path: ["agents"], message: `role "${role}" has no agent` }))
  ]
  return problems.length === 0 ? {} : { problems }
}

/** The place in the file that set this path: the deepest axis that reaches it, else the path itself. */
const originOf = (draft: DraftConfiguration, path: Problem["path"]): Problem["path"] => {
  const dotted = path.join(".")
  const axis = [...draft.origins.keys()]
    .filter((candidate) => dotted === candidate || dotted.startsWith(`${candidate}.`))
    .sort((a, b) => b.length - a.length)[0]
  if (axis === undefined) return path
  return [...draft.origins.get(axis)!, ...path.slice(axis.split(".").length)]
}
