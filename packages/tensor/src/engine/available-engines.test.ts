import { expect, test } from "vitest"
import { describeEngines } from "./available-engines.ts"
import { findTensorflow } from "./tensorflow/installation.ts"

test("every engine is described on every device, with a remedy where one can be installed", () => {
  const engines = describeEngines()
  expect(engines.map(({ engine, device }) => `${engine} ${device}`)).toEqual([
    "onnx cpu",
    "onnx cuda",
    "onnx webgpu",
    "tensorflow cpu",
    "tensorflow cuda"
  ])
  const [onnx, , , tensorflow, gpu] = engines
  expect(onnx).toMatchObject({ available: true, remedy: null })
  expect(tensorflow.available).toBe(findTensorflow().length > 0)
  expect(tensorflow.remedy).toBe(tensorflow.available ? null : "run ./twinpact install tensorflow")
  expect(gpu.remedy === null).toBe(gpu.available)
})
