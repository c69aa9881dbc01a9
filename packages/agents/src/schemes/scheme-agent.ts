import { type Agent, type AgentContext, AgentError, defineAgent, setting, withoutLearning } from "@twinpact/core"
import { Schema } from "effect"

/** An agent that only ever names one move of its environment, and learns nothing. */
const playScheme = (
  agentName: string,
  scheme: string,
  options: Readonly<Record<string, number>>,
  context: AgentContext
): Agent => {
  if (!context.schemes.some(({ name }) => name === scheme)) {
    const known = context.schemes.map(({ name }) => name).join(", ") || "none"
    throw new AgentError(
      `agent "${agentName}" needs an environment with the scheme "${scheme}" for role "${context.role.name}"; this one declares ${known}`
    )
  }
  const move = { scheme, options }
  return { ...withoutLearning, act: () => move }
}

const defineScheme = (name: string, scheme: string, summary: string) =>
  defineAgent({
    name,
    version: "1",
    summary,
    trains: false,
    isDeterministic: true,
    actionSpaces: ["box", "discrete"],
    config: Schema.Struct({}),
    create: (_, context) => playScheme(name, scheme, {}, context)
  })

/** The exact second best: the best menu when types are private. Knows the answer; the yardstick of every learner. */
export const optimal = defineAgent({
  name: "optimal",
  version: "1",
  summary: "The exact optimum under private types (second best); a margin moves it off its binding constraints",
  trains: false,
  isDeterministic: true,
  actionSpaces: ["box", "discrete"],
  config: Schema.Struct({
    margin: setting(
      Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
      0,
      "Share of each payment's incentive-compatible interval that is given away so that truth-telling is strictly better"
    )
  }),
  create: ({ margin }, context) => playScheme("optimal", "second-best", { margin }, context)
})

/** The exact first best: every type is known and paid its cost. An upper bound that no menu for private types reaches. */
export const completeInformation = defineScheme(
  "complete-information",
  "first-best",
  "The exact optimum when types are known (first best): an upper bound"
)

/** One item that every type accepts. */
export const pooled = defineScheme("pooled", "pooled", "One contract for all types, accepted by the lowest")

/** One item that only the highest type accepts. */
export const topTypeOnly = defineScheme(
  "top-type-only",
  "top-type-only",
  "One contract that only the highest type accepts"
)
