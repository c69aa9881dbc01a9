/** A configuration as far as its label needs it. */
interface Labelled {
  readonly axes: Readonly<Record<string, unknown>>
  readonly environment: { readonly name: string }
  readonly agents: Readonly<Record<string, { readonly name: string }>>
}

export interface AxisColumns {
  readonly names: readonly string[]
  /** The cells of one configuration, in the order of `names`; empty where an axis does not apply. */
  readonly cells: (configuration: Labelled) => readonly string[]
}

/** The axes that tell the configurations of a study apart; the agent where there are none. */
export const axisColumns = (configurations: readonly Labelled[]): AxisColumns => {
  const axes = [...new Set(configurations.flatMap((configuration) => Object.keys(configuration.axes)))]
  if (axes.length > 0) {
    return {
      names: axes,
      cells: (configuration) => axes.map((axis) => (axis in configuration.axes ? label(configuration.axes[axis]) : ""))
    }
  }
  return {
    names: ["agent"],
    cells: ({ agents }) => {
      const players = Object.entries(agents)
      return [
        players.length === 1 ? players[0]![1].name : players.map(([role, { name }]) => `${role}: ${name}`).join(", ")
      ]
    }
  }
}

/** `optimal(margin=0.02)` for a name with settings, text as it is, anything else as JSON. */
export const label = (value: unknown): string => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? ""
  if (!("name" in value) || typeof value.name !== "string") return JSON.stringify(value)
  const settings = Object.entries(value).filter(([key]) => key !== "name")
  return settings.length === 0
    ? value.name
    : `${value.name}(${settings.map(([key, setting]) => `${key}=${label(setting)}`).join(", ")})`
}
