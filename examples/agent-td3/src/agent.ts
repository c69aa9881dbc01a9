import { type Agent, type AgentContext, asBox } from "@twinpact/core"
import {
  addGaussianNoise,
  initialNetworkState,
  PolicyRows,
  policyPrograms,
  ReplayLearner
} from "@twinpact/core/learning"
import type { Td3Config } from "./config.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, td3Networks } from "./networks.ts"

/** Acts by mu(e) plus Gaussian noise; learns from replayed transitions, the policy in every `policyDelay`-th update. */
export const createTd3 = async (config: Td3Config, context: AgentContext): Promise<Agent> => {
  const networks = td3Networks(config, context)
  const { streams, role, maximumEpisodeSteps } = context
  const init = streams.get("init")
  const learner = await ReplayLearner.create(config, context, {
    agent: "@twinpact-examples/td3",
    programs: () => ({
      "update:critics": updateProgram(networks, config, context, false),
      "update:everything": updateProgram(networks, config, context, true),
      ...policyPrograms(context, (rows) => actProgram(networks, config, context, rows))
    }),
    updateProgram: (updates) => ((updates + 1) % config.policyDelay === 0 ? "update:everything" : "update:critics"),
    policy: { program: () => actProgram(networks, config, context, 1), noise: {} },
    initialState: { ...initialNetworkState(networks.actor, init), ...initialNetworkState(networks.critic, init) },
    noise: maximumEpisodeSteps === 1 ? {} : { nextNoise: new Float32Array(config.batchSize * role.action.width) }
  })
  const rows = new PolicyRows(context)
  const space = asBox(role.action)
  return learner.asAgent(async (observations, { explore, rngStream }) => {
    const actions = await rows.answer(learner.compiled, observations)
    if (explore) addGaussianNoise(actions, space, config.explorationNoise, rngStream)
    return actions
  })
}
