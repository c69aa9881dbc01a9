import type { AgentDefinition, EnvironmentDefinition, TrialSetup } from "@twinpact/core"
import { importDefinition } from "./definition-source.ts"
import type { TrialTask } from "./trial-task.ts"

/** Loads the definitions of a task; the process that planned it has checked them. */
export const loadSetup = async ({ environment, agents, budget, evaluation, seed }: TrialTask): Promise<TrialSetup> => {
  const seats: Record<string, { definition: AgentDefinition; config: unknown }> = {}
  for (const [role, { source, config }] of Object.entries(agents)) {
    seats[role] = { definition: (await importDefinition(source)) as AgentDefinition, config }
  }
  const definition = (await importDefinition(environment.source)) as EnvironmentDefinition
  return { environment: { definition, config: environment.config }, agents: seats, budget, evaluation, seed }
}
