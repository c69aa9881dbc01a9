import type { Plan } from "@twinpact/core"
import { axisColumns } from "../results/axis-columns.ts"
import { renderTable } from "./table.ts"

export const planSummary = (file: string, plan: Plan): string => {
  const { study, configurations, trials } = plan
  const seeds = trials.length / configurations.length
  const agents = [...new Set(configurations.flatMap((each) => Object.values(each.agents).map(({ name }) => name)))]
  const environments = [...new Set(configurations.map(({ environment }) => environment.name))]
  return [
    study.name + (study.description === undefined ? "" : `: ${study.description}`),
    `  environment  ${environments.join(", ")}`,
    `  ${agents.length === 1 ? "agent " : "agents"}       ${agents.join(", ")}`,
    `  trials       ${trials.length} = ${configurations.length} ${configurations.length === 1 ? "configuration" : "configurations"} x ${seeds} ${seeds === 1 ? "seed" : "seeds"}`,
    `next: twinpact run ${file}`
  ].join("\n")
}

export const planTable = (plan: Plan): string => {
  const columns = axisColumns(plan.configurations)
  const seeds = plan.trials.length / plan.configurations.length
  return renderTable(
    ["configuration", ...columns.names, "trials"],
    plan.configurations.map((configuration) => [configuration.id, ...columns.cells(configuration), String(seeds)]),
    { leftColumns: columns.names.length + 1 }
  )
}

export const planJson = ({ study, configurations, trials }: Plan): object => {
  const byConfiguration = Map.groupBy(trials, ({ configuration }) => configuration)
  return {
    study: study.name,
    trials: trials.length,
    configurations: configurations.map((configuration) => ({
      ...configuration,
      trials: byConfiguration.get(configuration)!.map(({ id, seed }) => ({ id, seed }))
    }))
  }
}
