import { type Agent, type AgentContext, defineAgent, setting, withoutLearning } from "@twinpact/core"
import { Schema } from "effect"

/** The same point of the action box for everybody: `position` 0 is its lower end, 1 its upper end. */
export default defineAgent({
  name: "@twinpact-examples/constant",
  version: "1",
  summary: "The same action every time",
  trains: false,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: Schema.Struct({
    position: setting(
      Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
      0.5,
      "Where between the bounds of the action space"
    )
  }),
  create: ({ position }, { role }: AgentContext): Agent => ({
    ...withoutLearning,
    act: (observations) => {
      const { action, observation } = role
      const rows = observations.length / observation.width
      return Float32Array.from({ length: rows * action.width }, (_, i) => {
        if (action.kind === "discrete") return 0
        const component = i % action.width
        return action.low[component] + position * (action.high[component] - action.low[component])
      })
    }
  })
})
