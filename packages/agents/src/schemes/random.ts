import { type Agent, type AgentContext, defineAgent, type RngStream, type Space, withoutLearning } from "@twinpact/core"
import { Schema } from "effect"

/** Uniform over the action space, through the same decoder as every learner: u ~ U(low, high), or each item with equal chance. */
export const random = defineAgent({
  name: "random",
  version: "1",
  summary: "Uniform random actions: the floor of every comparison",
  trains: false,
  isDeterministic: false,
  actionSpaces: ["box", "discrete"],
  config: Schema.Struct({}),
  create: (_, { role }: AgentContext): Agent => {
    let actions = new Float32Array(0)
    return {
      ...withoutLearning,
      act: (observations, { rngStream }) => {
        const rows = observations.length / role.observation.width
        if (actions.length !== rows * role.action.width) actions = new Float32Array(rows * role.action.width)
        drawActions(role.action, rngStream, actions)
        return actions
      }
    }
  }
})

const drawActions = (space: Space, rngStream: RngStream, actions: Float32Array): void => {
  for (let i = 0; i < actions.length; i++) {
    if (space.kind === "discrete") actions[i] = rngStream.integer(space.size)
    else {
      const component = i % space.width
      actions[i] = space.low[component] + rngStream.uniform() * (space.high[component] - space.low[component])
    }
  }
}
