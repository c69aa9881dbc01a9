import process from "node:process"
import { fileURLToPath } from "node:url"
import { describeEngines } from "@twinpact/tensor"
import type { BenchmarkFigure } from "../../core/src/testing/benchmark.ts"
import { median } from "./median.ts"
import { Contender, isInstalled, PYTHON, peerScript } from "./peer-process.ts"

type Record = (figure: BenchmarkFigure) => void

/** Targets of one size; the ratio is the peer's time over ours. */
export interface ComparisonSize {
  readonly batch: number
  readonly width: number
  readonly torchRatio: number
  readonly jaxRatio: number
  /** Steps that a contender takes in one turn. */
  readonly block: number
}

export const comparisonSizes: readonly ComparisonSize[] = [
  { batch: 512, width: 256, torchRatio: 2.2, jaxRatio: 1, block: 6 },
  { batch: 256, width: 64, torchRatio: 3.3, jaxRatio: 0.95, block: 60 }
]

const OURS = "ours"
const TORCH = "PyTorch eager, as written"
const TORCH_HOISTED = "PyTorch eager, hoisted"
const TORCH_COMPILE = "PyTorch compile, hoisted"
const JAX = "JAX"
const PRODUCTS = "matrix products alone"
const TENSORFLOW = "ours, engine tensorflow"
const TENSORFLOW_XLA = "ours, engine tensorflow with XLA"
const ROUNDS = 18
const STARTS = 3

export const ourCommand = (...args: readonly string[]): readonly string[] => [
  process.execPath,
  "--expose-gc",
  fileURLToPath(new URL("./update-contender.ts", import.meta.url)),
  ...args
]

const peerCommand = (peer: string, ...args: readonly string[]): readonly string[] => [
  PYTHON,
  peerScript(peer),
  "--serve",
  ...args
]

/** Ours and the peers take turns in short blocks; one computes while the others wait. */
export const compareUpdates = async (size: ComparisonSize, record: Record): Promise<void> => {
  const label = `B=${size.batch} h=${size.width}`
  const sizeArgs = ["--batch", String(size.batch), "--width", String(size.width)]
  const starts = []
  for (let i = 0; i < STARTS; i++) starts.push(await readyOf(ourCommand(...sizeArgs)))
  const ourReady = median(starts.map(({ readySeconds }) => readySeconds))
  const compileMs = median(starts.map((ready) => ready.compileMs ?? Number.NaN))
  record({ name: `${label} compile`, value: compileMs, unit: "ms", target: 400, comparison: "<=" })
  record({ name: `${label} ready to step, ours`, value: ourReady, unit: "s" })

  const torch = isInstalled("torch")
  const commands: (readonly [string, readonly string[]])[] = [
    [OURS, ourCommand(...sizeArgs)],
    [PRODUCTS, ourCommand(...sizeArgs, "--products")],
    ["ours, SiLU", ourCommand(...sizeArgs, "--activation", "silu")],
    ["ours, no targets", ourCommand(...sizeArgs, "--no-targets")],
    ...(hasTensorflow()
      ? [
          [TENSORFLOW, ourCommand(...sizeArgs, "--engine", "tensorflow")] as const,
          [TENSORFLOW_XLA, ourCommand(...sizeArgs, "--engine", "tensorflow", "--xla")] as const
        ]
      : []),
    ...(torch
      ? [
          [TORCH, peerCommand("torch", ...sizeArgs, "--form", "plain")] as const,
          [TORCH_HOISTED, peerCommand("torch", ...sizeArgs)] as const,
          [TORCH_COMPILE, peerCommand("torch", ...sizeArgs, "--compile")] as const
        ]
      : []),
    ...(isInstalled("jax")
      ? [
          [JAX, peerCommand("jax", ...sizeArgs)] as const,
          ["JAX, SiLU", peerCommand("jax", ...sizeArgs, "--activation", "silu")] as const,
          ["JAX, no targets", peerCommand("jax", ...sizeArgs, "--no-targets")] as const
        ]
      : [])
  ]
  for (const [name, there] of [
    ["PyTorch", torch],
    [TENSORFLOW, hasTensorflow()],
    [JAX, commands.some(([contender]) => contender === JAX)]
  ])
    if (!there) console.log(`${label} ${name}: not compared, it is not installed`)

  const ready = new Map<string, number>()
  const blocks = await takeTurns(commands, size.block, ready)
  const stepMs = (name: string) => median(blocks.get(name) ?? [])
  for (const [name] of commands) record({ name: `${label} ${name}`, value: stepMs(name), unit: "ms/update" })
  const gemm = (starts[0].multiplyAccumulates ?? Number.NaN) * 2
  record({ name: `${label} ${PRODUCTS}, rate`, value: gemm / stepMs(PRODUCTS) / 1e6, unit: "GFLOP/s" })
  const ratio = (peer: string, ours: string, target?: number) => {
    const [a, b] = [blocks.get(peer), blocks.get(ours)]
    if (a === undefined || b === undefined) return
    const value = median(a.map((time, i) => time / b[i]))
    record({ name: `${label} ${peer} / ${ours}`, value, unit: "x", ...(target === undefined ? {} : { target }) })
  }
  ratio(TORCH, OURS, size.torchRatio)
  ratio(TORCH_HOISTED, OURS)
  ratio(TORCH_COMPILE, OURS)
  ratio(JAX, OURS, size.jaxRatio)
  ratio(TENSORFLOW, OURS)
  ratio(TENSORFLOW_XLA, OURS)
  ratio("JAX, SiLU", "ours, SiLU")
  ratio("JAX, no targets", "ours, no targets")
  ratio(OURS, PRODUCTS) // the goal is 1.25
  for (const name of [TORCH_COMPILE, JAX]) {
    const seconds = ready.get(name)
    if (seconds === undefined) continue
    record({ name: `${label} ready to step, ${name}`, value: seconds, unit: "s" })
    const target = name === JAX ? { target: 15 } : {}
    record({ name: `${label} ready sooner than ${name}`, value: seconds / ourReady, unit: "x", ...target })
  }
}

const hasTensorflow = (): boolean =>
  describeEngines().some(({ engine, device, available }) => engine === "tensorflow" && device === "cpu" && available)

const readyOf = async (command: readonly string[]) => {
  const contender = await Contender.start(command)
  await contender.close()
  return contender.ready
}

/** Milliseconds per step of every contender, one number per round; fills `ready` with the seconds to the first step. */
const takeTurns = async (
  commands: readonly (readonly [string, readonly string[]])[],
  block: number,
  ready: Map<string, number>
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const contenders = new Map<string, Contender>()
  try {
    for (const [name, command] of commands) {
      const contender = await Contender.start(command)
      contenders.set(name, contender)
      ready.set(name, contender.ready.readySeconds)
    }
    const times = new Map(commands.map(([name]) => [name, [] as number[]]))
    for (let round = -1; round < ROUNDS; round++) {
      for (const [name, contender] of contenders) {
        const { seconds } = await contender.steps(block)
        if (round >= 0) times.get(name)?.push((seconds * 1000) / block)
      }
    }
    return times
  } finally {
    for (const contender of contenders.values()) await contender.close()
  }
}
