import process from "node:process"
import { createInterface } from "node:readline"
import { setImmediate as nextTurn } from "node:timers/promises"
import { parseArgs } from "node:util"
import { compile, mish, silu } from "@twinpact/tensor"
import { diffusionUpdate, packState, type UpdateSizes } from "./diffusion-update-program.ts"
import { matrixProducts, matrixProductsProgram, multiplyAccumulates } from "./matrix-products.ts"
import { elementsOf, initialState, ReplayBatches } from "./replay-batches.ts"

// Our side of the comparison, with the protocol of bench/peers: after the first step one line with what it took, then one
// line with the seconds for every number of steps read.
const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "512" },
    width: { type: "string", default: "256" },
    activation: { type: "string", default: "mish" },
    "no-targets": { type: "boolean", default: false },
    engine: { type: "string", default: "onnx" },
    xla: { type: "boolean", default: false },
    /** Only the matrix products of the update. */
    products: { type: "boolean", default: false }
  }
})
const sizes: UpdateSizes = {
  batch: Number(values.batch),
  width: Number(values.width),
  state: 9,
  action: 4,
  denoisingSteps: 6
}
const hasTargets = !values["no-targets"]

const start = performance.now()
const update = diffusionUpdate(sizes, values.activation === "mish" ? mish : silu, hasTargets)
const program = values.products ? matrixProductsProgram(matrixProducts(update)) : update
const engine = values.engine === "tensorflow" ? "tensorflow" : "onnx"
const compiled = await compile({ program }, { engine, xla: values.xla, threads: 1 })
const compileMs = performance.now() - start
const batches = values.products ? undefined : new ReplayBatches(sizes, hasTargets)
if (batches) await compiled.writeState(packState(sizes, hasTargets, initialState(sizes, hasTargets)))
const fixed = Object.fromEntries(
  Object.entries(program.inputs).map(([name, { shape }]) => [name, new Float32Array(elementsOf(shape)).fill(0.5)])
)
const steps = async (count: number): Promise<number> => {
  const begin = performance.now()
  for (let i = 0; i < count; i++) await compiled.run("program", batches?.next() ?? fixed)
  return (performance.now() - begin) / 1000
}
await steps(1)
const say = (message: Readonly<Record<string, number>>): void => console.log(JSON.stringify(message))
say({
  readySeconds: (performance.now() - start) / 1000,
  compileMs,
  multiplyAccumulates: multiplyAccumulates(matrixProducts(update))
})
for await (const line of createInterface(process.stdin)) {
  const seconds = await steps(Number(line))
  // finalisers of native wrappers run between turns of the event loop, after a collection
  for (let i = 0; i < 2; i++) {
    await nextTurn()
    globalThis.gc?.()
  }
  await nextTurn()
  say({ seconds, residentBytes: process.memoryUsage().rss })
}
