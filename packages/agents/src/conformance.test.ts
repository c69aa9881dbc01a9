import { describeAgent } from "@twinpact/core/testing"
import { completeInformation, ddpg, independentQ, optimal, pooled, ppo, random, sac, topTypeOnly } from "./index.ts"

describeAgent(random)
describeAgent(independentQ)
describeAgent(optimal, { schemes: ["second-best"], config: { margin: 0.1 } })
describeAgent(completeInformation, { schemes: ["first-best"] })
describeAgent(pooled, { schemes: ["pooled"] })
describeAgent(topTypeOnly, { schemes: ["top-type-only"] })
describeAgent(ddpg, { config: { hiddenWidths: [8], batchSize: 16, learningStarts: 20 } })
describeAgent(sac, { config: { hiddenWidths: [8], batchSize: 16, learningStarts: 20 } })
describeAgent(ppo, { config: { hiddenWidths: [8], batchSize: 16, rolloutSize: 32, updateEpochs: 2 } })
