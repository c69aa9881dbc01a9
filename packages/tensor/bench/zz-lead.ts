import { compileOnnx, initialiseParameters, mish, silu } from "@twinpact/tensor"
import {
  actorShapes,
  criticShapes,
  diffusionUpdate
} from "/work/main/packages/tensor/bench/diffusion-update-program.ts"
import { topologicalOrder } from "/work/main/packages/tensor/src/traversal.ts"

let s = 1
const random = {
  uniform: () => (s = (s * 16807) % 2147483647) / 2147483647,
  normal() {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(6.283185307 * this.uniform())
  }
}
for (const [batch, width] of [
  [512, 256],
  [256, 64]
]) {
  const sizes = { batch, width, state: 9, action: 4, denoisingSteps: 6 }
  const t0 = performance.now()
  const p = diffusionUpdate(sizes, process.argv[2] === "silu" ? silu : mish, process.argv[3] !== "notarget")
  const t1 = performance.now()
  const c = await compileOnnx({ update: p }, { threads: 1 })
  const t2 = performance.now()
  console.log(
    "nodes",
    topologicalOrder([...Object.values(p.outputs), ...Object.values(p.nextState)]).length,
    "build",
    (t1 - t0).toFixed(0),
    "compile",
    (t2 - t1).toFixed(0)
  )
  const params = initialiseParameters({ ...actorShapes(sizes), ...criticShapes(sizes) }, random)
  await c.writeState({
    ...params,
    ...Object.fromEntries(
      Object.keys(p.state)
        .filter((k) => k.startsWith("target."))
        .map((k) => [k, params[k.slice(7)]])
    )
  })
  const inputs = Object.fromEntries(
    Object.entries(p.inputs).map(([k, { shape }]) => [
      k,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (k === "continues" ? 1 : random.normal()))
    ])
  )
  const ts = []
  for (let i = 0; i < (width === 256 ? 40 : 200); i++) {
    const a = performance.now()
    const o = await c.run("update", inputs)
    ts.push(performance.now() - a)
    if (i < 3) console.log(o.criticLoss[0], o.actorLoss[0])
  }
  if (process.env.SERIES) console.log(ts.map((x) => x.toFixed(0)).join(" "))
  ts.sort((a, b) => a - b)
  console.log(batch, width, "median ms", ts[ts.length >> 1].toFixed(2), "min", ts[0].toFixed(2))
  await c.dispose()
}
