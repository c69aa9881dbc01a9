import process from "node:process"
import { fileURLToPath } from "node:url"
import { runBenchmark } from "@twinpact/core/testing/benchmark"
import { median } from "../../tensor/bench/median.ts"
import { Contender, isInstalled, PYTHON } from "../../tensor/bench/peer-process.ts"

// Whole trials (environment, acting, replay, update) beside Stable-Baselines3 on the same contract economy, K = 10, batch
// 256, two layers of 256, 8 instances per update: npm run bench -- learner-speed [--json <file>] [--check]

const UPDATES_PER_TURN = 50
const TURNS = 12
const PEER = fileURLToPath(new URL("../../../bench/peers/sb3_contract.py", import.meta.url))

const ours = (agent: string): readonly string[] => [
  process.execPath,
  fileURLToPath(new URL("./learner-contender.ts", import.meta.url)),
  "--agent",
  agent
]
const theirs = (algorithm: string): readonly string[] => [
  PYTHON,
  PEER,
  "--serve",
  "--algorithm",
  algorithm,
  "--types",
  "10",
  "--net-arch",
  "256,256",
  "--updates",
  "1000000"
]

await runBenchmark({
  name: "learner-speed",
  figures: async (record) => {
    const hasPeer = isInstalled("stable_baselines3")
    if (!hasPeer) console.error("stable-baselines3 is not installed (bench/peers/README.md): not compared")
    for (const algorithm of ["sac", "ddpg"]) {
      const one = await Contender.start(ours(algorithm))
      const other = hasPeer ? await Contender.start(theirs(algorithm)) : null
      const [our, their, ratios]: number[][] = [[], [], []]
      for (let turn = 0; turn < TURNS; turn++) {
        const mine = (await one.steps(UPDATES_PER_TURN)).seconds / UPDATES_PER_TURN
        our.push(1000 * mine)
        if (other === null) continue
        const peer = (await other.steps(UPDATES_PER_TURN)).seconds / UPDATES_PER_TURN
        their.push(1000 * peer)
        ratios.push(mine / peer)
      }
      record({ name: `${algorithm}, ours`, value: median(our), unit: "ms/update" })
      if (other !== null) {
        record({ name: `${algorithm}, Stable-Baselines3`, value: median(their), unit: "ms/update" })
        const target = algorithm === "sac" ? { target: 0.5, comparison: "<=" as const } : {}
        record({ name: `${algorithm}, ours / Stable-Baselines3`, value: median(ratios), unit: "x", ...target })
        await other.close()
      }
      await one.close()
    }
  }
})
