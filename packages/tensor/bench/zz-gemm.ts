import { input, matmul } from "@twinpact/tensor"
import { InferenceSession, Tensor } from "onnxruntime-node"
import { buildOnnxModel } from "../src/engine/onnx/model.ts"

const cases: [string, number[], number[], any][] = [
  ["NN 512x256 K256", [512, 256], [256, 256], {}],
  ["NT 512x256 K256", [512, 256], [256, 256], { transposeB: true }],
  ["NN 256x256 K512", [256, 512], [512, 256], {}],
  ["TN 256x256 K512", [512, 256], [512, 256], { transposeA: true }],
  ["NT 256x256 K512", [256, 512], [256, 512], { transposeB: true }],
  ["NN 512x10 K256", [512, 256], [256, 10], {}],
  ["NT 512x10 K256", [512, 256], [10, 256], { transposeB: true }],
  ["NN 10x256 K512", [10, 512], [512, 256], {}],
  ["TN 10x256 K512", [512, 10], [512, 256], { transposeA: true }],
  ["NN 512x256 K10", [512, 10], [10, 256], {}],
  ["NN 4x256 K512", [4, 512], [512, 256], {}],
  ["NN 512x4 K256", [512, 256], [256, 4], {}],
  ["NT 512x4 K256", [512, 256], [4, 256], { transposeB: true }]
]
for (const [n, a, b, o] of cases) {
  const m = matmul(input("a", a), input("b", b), o)
  const s = await InferenceSession.create(buildOnnxModel({ y: m }), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: "disabled",
    enableProfiling: false
  })
  const y = new Tensor("float32", new Float32Array(m.shape[0] * m.shape[1]), [...m.shape])
  const mk = (sh: number[]) =>
    new Tensor(
      "float32",
      Float32Array.from({ length: sh[0] * sh[1] }, () => Math.random()),
      sh
    )
  const f = { a: mk(a), b: mk(b) }
  const ts = []
  for (let i = 0; i < 400; i++) {
    const t = performance.now()
    await s.run(f, { y })
    ts.push((performance.now() - t) * 1000)
  }
  ts.sort((x, y) => x - y)
  const fl = 2 * m.shape[0] * m.shape[1] * (o.transposeA ? a[0] : a[1])
  console.log(
    n.padEnd(20),
    "min",
    ts[0].toFixed(0),
    "med",
    ts[200].toFixed(0),
    "us",
    (fl / ts[20] / 1e3).toFixed(0),
    "GF/s"
  )
}
