// node bench/peers/contract-instances.ts --types 10 --output instances.json
//
// The instances on which the environment `contract` is scored, for sb3_contract.py, with our environment's own answers to
// random actions, for its --self-check.
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { RngStreams } from "../../packages/core/src/index.ts"
import {
  type ContractConfig,
  contractEnvironment,
  paperDistribution,
  sampleInstances,
  strataDistribution
} from "../../packages/env/src/index.ts"

const { values } = parseArgs({
  options: {
    types: { type: "string", default: "10" },
    seed: { type: "string", default: "12345" },
    size: { type: "string", default: "512" },
    output: { type: "string" }
  }
})
const typeCount = Number(values.types)
const seed = Number(values.seed)
const size = Number(values.size)

const config: ContractConfig = {
  typeCount,
  distribution: "auto",
  integerTypes: false,
  unitCost: [25, 35],
  unitRevenue: [10, 15],
  fixedCost: 0.01,
  incentiveWeight: 0.6,
  deviceCount: 10,
  fairnessExponent: 0.5,
  decoder: "feasible",
  reward: "self-selection",
  penaltyWeight: 2,
  gatePenalty: 0,
  episodeSteps: 1,
  devices: {
    response: "rational",
    population: "expectation",
    temperature: 0.05,
    probability: 0.1,
    qualityShare: 0,
    detectionProbability: 0.5
  }
}

const streams = new RngStreams(seed)
const environment = contractEnvironment.create(config)
const set = environment.evaluationSet(seed, size)
const scaleReferences = environment.evaluationSet(0, 8192).references
const distribution = typeCount === 2 ? paperDistribution() : strataDistribution(typeCount)
const instances = sampleInstances(distribution, size, streams.split("evaluation").get("instances"))

environment.reset({ evaluation: set })
const observations = Array.from(environment.observe())
const actions = new Float32Array(size * 2 * typeCount)
streams.get("explore").fillUniform(actions, -1.25, 1.25)
const [{ rewards, measurements }] = environment.step(actions)

const rows = (numbers: ArrayLike<number>): number[][] => {
  const width = numbers.length / size
  return Array.from({ length: size }, (_, i) => Array.from(numbers).slice(i * width, (i + 1) * width))
}
const content = JSON.stringify({
  environment: contractEnvironment.name,
  version: contractEnvironment.version,
  typeCount,
  seed,
  size,
  rewardScale: scaleReferences.reduce((sum, reference) => sum + reference, 0) / scaleReferences.length,
  references: Array.from(set.references),
  instances: instances.map(({ unitCost, unitRevenue, deviceTypes, typeProbabilities }) => ({
    unitCost,
    unitRevenue,
    deviceTypes: Array.from(deviceTypes),
    typeProbabilities: Array.from(typeProbabilities)
  })),
  probes: {
    observations: rows(observations),
    actions: rows(actions),
    serverUtilities: Array.from(measurements.serverUtility),
    rewards: Array.from(rewards)
  }
})
if (values.output === undefined) console.log(content)
else writeFileSync(values.output, `${content}\n`)
