import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compileOnnx, mish, type Shape, silu } from "@twinpact/tensor"
import { RngStreams } from "../../core/src/random/rng-streams.ts"
import type { BenchmarkFigure } from "../../core/src/testing/benchmark.ts"
import {
  diffusionUpdate,
  packState,
  type UpdateSizes,
  unpackState,
  updateStateShapes
} from "./diffusion-update-program.ts"
import { isInstalled, PYTHON, peerScript } from "./peer-process.ts"
import { elementsOf, initialState, ReplayBatches } from "./replay-batches.ts"

interface ParityCase {
  readonly sizes: UpdateSizes
  readonly activation: "mish" | "silu"
  readonly hasTargets: boolean
  /** Moments and targets as in the middle of a trial; else all moments are zero and the targets equal. */
  readonly isWarm: boolean
}

const cases: readonly ParityCase[] = [
  { batch: 512, width: 256 },
  { batch: 256, width: 64 }
].flatMap((size) => {
  const sizes = { ...size, state: 9, action: 4, denoisingSteps: 6 }
  return [
    { sizes, activation: "mish" as const, hasTargets: true, isWarm: true },
    { sizes, activation: "mish" as const, hasTargets: true, isWarm: false },
    { sizes, activation: "silu" as const, hasTargets: false, isWarm: true }
  ]
})

/** One update by ours and by a peer from the same numbers. */
export const measureParity = async (
  record: (figure: BenchmarkFigure) => void,
  peers: readonly (readonly [peer: string, ...args: string[]])[] = [["torch"]]
): Promise<void> => {
  for (const [peer, ...args] of peers) {
    if (!isInstalled(peer)) {
      console.log(`parity with ${peer}: not compared, it is not installed`)
      continue
    }
    for (const one of cases) await compare(one, peer, args, record)
  }
}

const compare = async (
  one: ParityCase,
  peer: string,
  args: readonly string[],
  record: (figure: BenchmarkFigure) => void
): Promise<void> => {
  const { sizes, activation, hasTargets, isWarm } = one
  const state = isWarm ? warmState(sizes, hasTargets) : initialState(sizes, hasTargets)
  const inputs = new ReplayBatches(sizes, hasTargets).next()
  const theirs = runPeer(one, peer, args, state, inputs)
  const program = diffusionUpdate(sizes, activation === "mish" ? mish : silu, hasTargets)
  const compiled = await compileOnnx({ program }, { threads: 1 })
  await compiled.writeState(packState(sizes, hasTargets, state))
  const losses = await compiled.run("program", inputs)
  const ours = unpackState(sizes, hasTargets, await compiled.readState())
  await compiled.dispose()

  const name = [
    [peer, ...args].join(" "),
    `B=${sizes.batch} h=${sizes.width}`,
    activation,
    ...(hasTargets ? [] : ["no targets"]),
    ...(isWarm ? [] : ["first step"])
  ].join(" ")
  const limit = { unit: "", target: 1e-5, comparison: "<=" as const }
  const lossError = Math.max(
    ...Object.entries(theirs.losses).map(([loss, value]) => Math.abs(losses[loss][0] - value) / Math.abs(value))
  )
  record({ name: `parity ${name}: losses, relative`, value: lossError, ...limit })
  const errors = Object.entries(theirs.tensors).map(([tensor, values]) => ({
    tensor,
    ...distance(ours[tensor], values)
  }))
  const weights = errors.filter(({ tensor }) => !tensor.startsWith("adam."))
  const moments = errors.filter(({ tensor }) => tensor.startsWith("adam."))
  for (const [label, key] of [
    ["weights, max |a - b|", "largest"],
    ["weights, |a - b| / |b|", "relative"]
  ] as const) {
    const worst = weights.reduce((a, b) => (b[key] > a[key] ? b : a))
    record({ name: `parity ${name}: ${label} (${worst.tensor})`, value: worst[key], ...limit })
  }
  const worst = moments.reduce((a, b) => (b.relative > a.relative ? b : a))
  record({ name: `parity ${name}: moments, |a - b| / |b| (${worst.tensor})`, value: worst.relative, unit: "" })
}

/** A state whose targets lag behind and whose moments have the size of real gradients. */
const warmState = (sizes: UpdateSizes, hasTargets: boolean): Record<string, Float32Array> => {
  const other = initialState(sizes, hasTargets, 7)
  const rngStream = new RngStreams(3).get("init")
  return Object.fromEntries(
    Object.entries(initialState(sizes, hasTargets)).map(([name, values]) => {
      if (name.endsWith(".step")) return [name, Float32Array.of(100)]
      if (name.startsWith("target.")) return [name, other[name]]
      if (/^adam\.\w+\.m\./.test(name)) rngStream.fillUniform(values, -1e-3, 1e-3)
      if (/^adam\.\w+\.v\./.test(name)) rngStream.fillUniform(values, 1e-8, 1e-6)
      return [name, values]
    })
  )
}

const runPeer = (
  { sizes, activation, hasTargets }: ParityCase,
  peer: string,
  args: readonly string[],
  state: Readonly<Record<string, Float32Array>>,
  inputs: Readonly<Record<string, Float32Array>>
) => {
  const folder = mkdtempSync(join(tmpdir(), "twinpact-parity-"))
  try {
    const file = join(folder, "update")
    const shapes: Record<string, Shape> = { ...updateStateShapes(sizes, hasTargets) }
    const arrays = { ...state }
    for (const [name, values] of Object.entries(inputs)) {
      arrays[`input.${name}`] = values
      const width = name === "noise" || name === "targetNoise" ? sizes.action : values.length / sizes.batch
      const rows: Shape = [sizes.batch, width]
      shapes[`input.${name}`] = name.endsWith("oise") ? [sizes.denoisingSteps, ...rows] : rows
    }
    const tensors = Object.keys(arrays).map((name) => ({ name, shape: shapes[name] }))
    const description = { activation, width: sizes.width, hasTargets, inputs: Object.keys(inputs), tensors }
    writeFileSync(`${file}.json`, JSON.stringify(description))
    writeFileSync(`${file}.bin`, Buffer.concat(tensors.map(({ name }) => new Uint8Array(arrays[name].buffer))))
    const { status, stderr } = spawnSync(PYTHON, [peerScript(peer), "--parity", file, ...args], { encoding: "utf8" })
    if (status !== 0) throw new Error(`${peerScript(peer)} failed: ${stderr}`)
    return readResult(`${file}.out`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Result {
  readonly losses: Readonly<Record<string, number>>
  readonly tensors: Readonly<Record<string, Float32Array>>
}

const readResult = (file: string): Result => {
  const { losses, tensors } = JSON.parse(readFileSync(`${file}.json`, "utf8"))
  const numbers = new Float32Array(new Uint8Array(readFileSync(`${file}.bin`)).buffer)
  let start = 0
  const arrays = (tensors as readonly { name: string; shape: Shape }[]).map(({ name, shape }) => {
    const values = numbers.subarray(start, start + elementsOf(shape))
    start += values.length
    return [name, values] as const
  })
  return { losses, tensors: Object.fromEntries(arrays) }
}

const distance = (a: Float32Array, b: Float32Array): { readonly largest: number; readonly relative: number } => {
  if (a.length !== b.length) throw new Error(`expected ${b.length} numbers, found ${a.length}`)
  let [largest, difference, norm] = [0, 0, 0]
  b.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(a[i] - value))
    difference += (a[i] - value) ** 2
    norm += value ** 2
  })
  return { largest, relative: Math.sqrt(difference / norm) }
}
