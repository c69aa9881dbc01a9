import { mish } from "@twinpact/tensor"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { lowerResults } from "../src/engine/onnx/lower.ts"
import { buildOnnxModel } from "../src/engine/onnx/model.ts"
import { diffusionUpdate } from "./diffusion-update-program.ts"

const sizes = { batch: 512, width: 256, state: 9, action: 4, denoisingSteps: 6 }
const p = diffusionUpdate(sizes, mish)
const raw = {
  ...Object.fromEntries(Object.entries(p.outputs).map(([k, n]) => ["output/" + k, n])),
  ...Object.fromEntries(Object.entries(p.nextState).map(([k, n]) => ["next/" + k, n]))
}
const base: any = {
  intraOpNumThreads: 1,
  graphOptimizationLevel: "disabled",
  extra: { session: { set_denormal_as_zero: "1" } }
}
const variants: Record<string, [any, any]> = {
  lowered: [lowerResults(raw), base],
  plain: [raw, base],
  nopattern: [lowerResults(raw), { ...base, enableMemPattern: false }],
  noarena: [lowerResults(raw), { ...base, enableCpuMemArena: false }],
  optall: [raw, { ...base, graphOptimizationLevel: "all" }]
}
const runs: [string, () => Promise<any>, number[]][] = []
for (const [name, [r, o]] of Object.entries(variants)) {
  const s = await InferenceSession.create(buildOnnxModel(r), o)
  const feeds = Object.fromEntries(
    s.inputNames.map((n) => {
      const shape = n.startsWith("state/") ? p.state[n.slice(6)] : p.inputs[n.slice(6)].shape
      const size = shape.reduce((a: number, b: number) => a * b, 1)
      return [
        n,
        new Tensor(
          "float32",
          Float32Array.from({ length: size }, () => Math.random() * 0.1),
          [...shape]
        )
      ]
    })
  )
  const fetches = Object.fromEntries(
    Object.entries(r).map(([n, x]: any) => [
      n,
      new Tensor("float32", new Float32Array(x.shape.reduce((a: number, b: number) => a * b, 1)), [...x.shape])
    ])
  )
  runs.push([name, () => s.run(feeds, fetches), []])
}
for (let i = 0; i < 25; i++)
  for (const [n, f, t] of runs) {
    const a = performance.now()
    await f()
    t.push(performance.now() - a)
  }
for (const [n, , t] of runs) {
  t.sort((a, b) => a - b)
  console.log(n.padEnd(12), "min", t[0].toFixed(1), "q25", t[6].toFixed(1), "med", t[12].toFixed(1))
}
