import { type Agent, type PolicyFile, type Role, withoutLearning } from "@twinpact/core"
import { openOnnxFile, sizeOf } from "@twinpact/tensor"

/** An agent that acts by an exported file alone, one row at a time: what a user of the file would get. */
export const openFilePolicy = async ({ onnx, inputs, noise }: PolicyFile, role: Role): Promise<Agent> => {
  const file = await openOnnxFile(onnx)
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, { shape, values: new Float32Array(sizeOf(shape)) }])
  )
  const { width } = role.observation
  return {
    ...withoutLearning,
    act: async (observations, { rngStream }) => {
      const rows = observations.length / width
      const actions = new Float32Array(rows * role.action.width)
      for (let row = 0; row < rows; row++) {
        feeds.observations.values.set(observations.subarray(row * width, (row + 1) * width))
        for (const name of Object.keys(noise)) rngStream.fillNormal(feeds[name].values)
        actions.set((await file.run(feeds)).actions, row * role.action.width)
      }
      return actions
    },
    close: () => file.close()
  }
}
