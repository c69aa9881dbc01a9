import process from "node:process"
import { fileURLToPath } from "node:url"
import { runBenchmark } from "@twinpact/core/testing/benchmark"
import { median } from "../../tensor/bench/median.ts"
import { Contender, isInstalled, PYTHON } from "../../tensor/bench/peer-process.ts"

// Whole trials (environment, acting, replay, update) on the contract economy with ten types:
// npm run bench -- learner-speed [--json <file>] [--check]
//
// 1. Beside Stable-Baselines3: batch 256, two layers of 256, 8 instances per update.
// 2. The learners of experiments/learners-ten-types.yaml among each other: batch 256, width 128, 64 instances per update.

const UPDATES_PER_TURN = 50
const TURNS = 12
const PEER = fileURLToPath(new URL("../../../bench/peers/sb3_contract.py", import.meta.url))

const ours = (agent: string, config: object = {}, instances = 8): readonly string[] => [
  process.execPath,
  fileURLToPath(new URL("./learner-contender.ts", import.meta.url)),
  "--agent",
  agent,
  "--config",
  JSON.stringify(config),
  "--instances",
  String(instances)
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

type Record = Parameters<Parameters<typeof runBenchmark>[0]["figures"]>[0]

const compareWithPeer = async (record: Record): Promise<void> => {
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

const compareLearners = async (record: Record): Promise<void> => {
  const perceptrons = { hiddenWidths: [128, 128] }
  const learners: readonly (readonly [name: string, agent: string, config: object])[] = [
    ["ddpg", "ddpg", perceptrons],
    ["sac", "sac", perceptrons],
    ["diffusion-ddpg", "diffusion-ddpg", { width: 128 }],
    ["diffusion-sac", "diffusion-sac", { width: 128 }],
    ["half of its width from the start", "pruned-diffusion-sac", { width: 128, pruning: { mode: "dense-small" } }]
  ]
  const contenders = []
  for (const [name, agent, config] of learners) {
    contenders.push({ name, contender: await Contender.start(ours(agent, config, 64)), times: [] as number[] })
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { contender, times } of contenders) {
      times.push((1000 * (await contender.steps(UPDATES_PER_TURN)).seconds) / UPDATES_PER_TURN)
    }
  }
  for (const { name, contender, times } of contenders) {
    record({ name: `width 128: ${name}`, value: median(times), unit: "ms/update" })
    await contender.close()
  }
}

await runBenchmark({
  name: "learner-speed",
  figures: async (record) => {
    await compareWithPeer(record)
    await compareLearners(record)
  }
})
