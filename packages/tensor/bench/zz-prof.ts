import { globSync, readFileSync, rmSync } from "node:fs"
import { mish } from "@twinpact/tensor"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { lowerResults } from "../src/engine/onnx/lower.ts"
import { buildOnnxModel } from "../src/engine/onnx/model.ts"
import { diffusionUpdate } from "./diffusion-update-program.ts"

const sizes = { batch: 512, width: 256, state: 9, action: 4, denoisingSteps: 6 }
const p = diffusionUpdate(sizes, mish)
const results = lowerResults({
  ...Object.fromEntries(Object.entries(p.outputs).map(([k, n]) => [`output/${k}`, n])),
  ...Object.fromEntries(Object.entries(p.nextState).map(([k, n]) => [`next/${k}`, n]))
})
const s = await InferenceSession.create(buildOnnxModel(results), {
  intraOpNumThreads: 1,
  graphOptimizationLevel: "disabled",
  enableProfiling: true,
  profileFilePrefix: "/tmp/ortprof",
  extra: { session: { set_denormal_as_zero: "1" } }
} as any)
const feeds = Object.fromEntries(
  s.inputNames.map((n) => {
    const shape = n.startsWith("state/") ? p.state[n.slice(6)] : p.inputs[n.slice(6)].shape
    const size = shape.reduce((a, b) => a * b, 1)
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
for (let i = 0; i < 20; i++) await s.run(feeds)
s.endProfiling()
const f = globSync("/tmp/ortprof*.json")[0]
const ev = JSON.parse(readFileSync(f, "utf8"))
rmSync(f)

const nodes = new Map()
for (const e of ev)
  if (e.cat === "Node" && e.name.endsWith("kernel_time")) {
    const v = nodes.get(e.args.node_index) ?? {
      op: e.args.op_name,
      shape: JSON.stringify((e.args.output_type_shape ?? []).map((o: any) => Object.values(o)[0])),
      inp: JSON.stringify((e.args.input_type_shape ?? []).map((o: any) => Object.values(o)[0])),
      t: [] as number[]
    }
    v.t.push(e.dur)
    nodes.set(e.args.node_index, v)
  }
const by = new Map()
let tot = 0
for (const v of nodes.values()) {
  v.t.sort((a: number, b: number) => a - b)
  const m = v.t[v.t.length >> 1]
  tot += m
  const k = v.op + (process.argv[2] === "in" ? v.inp : process.argv[2] ? v.shape : "")
  const b = by.get(k) ?? [0, 0]
  b[0]++
  b[1] += m
  by.set(k, b)
}
for (const [k, [n, t]] of [...by].sort((a, b) => b[1][1] - a[1][1]).slice(0, 48))
  console.log(k.padEnd(50), n, (t / 1000).toFixed(2) + " ms", (t / n).toFixed(1) + " us each")
console.log("total", (tot / 1000).toFixed(1))
