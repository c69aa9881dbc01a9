import { readSync } from "node:fs"
import process from "node:process"
import { parseArgs } from "node:util"
import { agents } from "@twinpact/agents"
import { type AgentDefinition, runTrial } from "@twinpact/core"
import { contractEnvironment } from "@twinpact/env"
import { Schema } from "effect"

// One trial on the contract economy that learns as many updates as it is asked to, with the protocol of bench/peers:
// after the first update one line with what it took, then one line with the seconds for every number of updates read.
const { values } = parseArgs({
  options: {
    agent: { type: "string", default: "sac" },
    types: { type: "string", default: "10" },
    config: { type: "string", default: "{}" },
    instances: { type: "string", default: "8" }
  }
})
const start = performance.now()
const definition = agents.find(({ name }) => name === values.agent) as AgentDefinition
const config: Readonly<Record<string, unknown>> = JSON.parse(values.config)
const decoded = Schema.decodeUnknownSync(definition.config)(config) as { readonly learningStarts: number }
const instances = Number(values.instances)

/** Nothing ever wakes it: waiting on it is sleeping. */
const idle = new Int32Array(new SharedArrayBuffer(4))

/** The next line of standard input as a number; null at its end. Blocks: nothing else runs in this thread. */
const readNumber = (): number | null => {
  let line = ""
  const byte = new Uint8Array(1)
  for (;;) {
    try {
      if (readSync(0, byte) !== 1) return null
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error
      Atomics.wait(idle, 0, 0, 1)
      continue
    }
    if (byte[0] === 0x0a) return Number(line)
    line += String.fromCharCode(byte[0])
  }
}

// a round is one update once the buffer is warm; `shouldStop` is read before every round
const warmUp = Math.ceil(decoded.learningStarts / instances)
let rounds = 0
let target = warmUp
let begin = start
const pause = (): boolean => {
  if (rounds++ < target) return false
  const seconds = (performance.now() - begin) / 1000
  console.log(JSON.stringify(target === warmUp ? { readySeconds: seconds } : { seconds }))
  const count = readNumber()
  if (count === null) return true
  target += count
  begin = performance.now()
  return false
}

await runTrial(
  {
    environment: {
      definition: contractEnvironment,
      config: Schema.decodeUnknownSync(contractEnvironment.config)({ typeCount: Number(values.types) })
    },
    agents: { server: { definition, config: decoded } },
    budget: { gradientSteps: 1_000_000, instances },
    evaluation: { size: 8, seed: 1, points: 1, draws: 1, maximumEpisodeSteps: 1 },
    seed: 0
  },
  { measure: () => {}, shouldStop: pause }
)
process.exit(0)
