import type { Agent, AgentContext } from "@twinpact/core"
import {
  initialEntropyCoefficient,
  initialNetworkState,
  NORMAL_NOISE,
  PolicyRows,
  policyPrograms,
  ReplayLearner
} from "@twinpact/core/learning"
import type { SacConfig } from "./config.ts"
import { updateProgram } from "./losses.ts"
import { actProgram, sacNetworks } from "./networks.ts"

/** Draws from the squashed Gaussian while learning, answers its squashed mean in evaluation. */
export const createSac = async (config: SacConfig, context: AgentContext): Promise<Agent> => {
  const networks = sacNetworks(config, context)
  const { streams, role, maximumEpisodeSteps } = context
  const init = streams.get("init")
  const noiseOf = (rows: number) => new Float32Array(rows * role.action.width)
  const learner = await ReplayLearner.create(config, context, {
    agent: "sac",
    programs: () => ({
      update: updateProgram(networks, config, context),
      ...policyPrograms(context, (rows) => actProgram(networks, config, context, rows))
    }),
    policy: { program: () => actProgram(networks, config, context, 1), noise: NORMAL_NOISE },
    initialState: {
      ...initialNetworkState(networks.actor, init),
      ...initialNetworkState(networks.critic, init),
      ...initialEntropyCoefficient(config.initialEntropyCoefficient)
    },
    noise: {
      noise: noiseOf(config.batchSize),
      ...(maximumEpisodeSteps === 1 ? {} : { nextNoise: noiseOf(config.batchSize) })
    }
  })
  const rows = new PolicyRows(context, (count) => ({ noise: noiseOf(count) }))
  return learner.asAgent((observations, { explore, rngStream }) =>
    rows.answer(learner.compiled, observations, ({ noise }) => {
      if (explore) rngStream.fillNormal(noise)
      else noise.fill(0)
    })
  )
}
