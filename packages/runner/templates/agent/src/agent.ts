import { type Agent, type AgentContext, asBox } from "@twinpact/core"
import {
  addGaussianNoise,
  initialNetworkState,
  PolicyRows,
  policyPrograms,
  ReplayLearner
} from "@twinpact/core/learning"
import type { AgentConfig } from "./config.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, makeNetworks } from "./networks.ts"

/** Acts by mu(e) plus Gaussian noise, learns from replayed transitions. */
export const createAgent = async (config: AgentConfig, context: AgentContext): Promise<Agent> => {
  const networks = makeNetworks(config, context)
  const init = context.streams.get("init")
  const learner = await ReplayLearner.create(config, context, {
    agent: "__NAME__",
    programs: () => ({
      update: updateProgram(networks, config, context),
      ...policyPrograms(context, (rows) => actProgram(networks, config, context, rows))
    }),
    policy: { program: () => actProgram(networks, config, context, 1), noise: {} },
    initialState: { ...initialNetworkState(networks.actor, init), ...initialNetworkState(networks.critic, init) }
  })
  const rows = new PolicyRows(context)
  const space = asBox(context.role.action)
  return learner.asAgent(async (observations, { explore, rngStream }) => {
    const actions = await rows.answer(learner.compiled, observations)
    if (explore) addGaussianNoise(actions, space, config.explorationNoise, rngStream)
    return actions
  })
}
