import { defineAgent } from "@twinpact/core"
import { Schema } from "effect"

const action = new Float32Array(1)

/** Answers zero and learns nothing. */
export default defineAgent({
  name: "no-op",
  version: "1",
  summary: "Does nothing, for measuring the runner",
  trains: false,
  isDeterministic: true,
  actionSpaces: ["box"],
  config: Schema.Struct({}),
  create: () => ({
    act: () => action,
    observe: () => {},
    update: () => ({ gradientSteps: 0, measurements: {} }),
    save: () => ({ tensors: {}, counters: {} }),
    restore: () => {},
    close: () => {}
  })
})
