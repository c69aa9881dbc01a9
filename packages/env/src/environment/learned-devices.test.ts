import { EnvironmentError } from "@twinpact/core"
import { describe, expect, test } from "vitest"
import { contractSettings } from "../../test/contract-settings.ts"
import { ContractEnvironment } from "./contract-environment.ts"

const DEVICES = 10
const WIDTH = 8

/** One instance with c = 30 and theta = 12.5 known; its types are read from the observations. */
const started = () => {
  const environment = new ContractEnvironment(
    contractSettings({
      unitCost: [30, 30],
      unitRevenue: [12.5, 12.5],
      rewardScale: 1,
      devices: { response: "learned" }
    })
  )
  environment.reset({ evaluation: environment.evaluationSet(3, 1) })
  const server = environment.observe().slice()
  const psi = [75 + 25 * server[7], 225 + 25 * server[8]]
  const top = { size: (12.5 / (30 / (0.6 * psi[1]))) ** 2, price: 30 / (0.6 * psi[1]) }
  return { environment, psi, top }
}

describe("a round with learned devices", () => {
  test("rewards every device by the item it took, and the server by all of them", () => {
    const { environment, psi, top } = started()
    const key = environment.roles[1].discreteKey!
    expect(environment.step(Float32Array.of(0, 0, 0.5, 0.5))).toEqual([])
    expect(environment.acting.name).toBe("device")
    const seen = environment.observe().slice()
    const types = Array.from({ length: DEVICES }, (_, j) => key.of(seen, j * WIDTH))
    expect(new Set(types).size).toBe(2)
    const menu = [0, 1].map((n) => ({ s: seen[4 + n] * top.size, r: seen[6 + n] * top.size * top.price }))
    const choices = Float32Array.from({ length: DEVICES }, (_, j) => j % 3)
    const [server, device] = environment.step(choices)
    let profit = 0
    choices.forEach((choice, j) => {
      const { s, r } = choice === 0 ? { s: 0, r: 0 } : menu[choice - 1]
      const utility = choice === 0 ? 0 : 0.6 * psi[types[j]] * r - 30 * s - 0.01
      profit += 25 * Math.sqrt(s) - r
      expect(device.rewards[j]).toBeCloseTo(utility / (30 * top.size), 5)
    })
    expect(server.rewards[0] / profit).toBeCloseTo(1, 5)
    expect(server.measurements.participation[0]).toBeCloseTo(0.6, 12)
    expect(server.scores).not.toBeNull()
    expect(device.scores).toBeNull()
    expect(environment.acting.name).toBe("server")
  })

  test("with the exact optimum and truthful devices is worth what the drawn types bring", () => {
    const { environment } = started()
    const key = environment.roles[1].discreteKey!
    environment.step({ scheme: "second-best", options: {} })
    const seen = environment.observe().slice()
    const truthful = Float32Array.from({ length: DEVICES }, (_, j) => key.of(seen, j * WIDTH) + 1)
    const [server] = environment.step(truthful)
    expect(server.measurements.truthful[0]).toBeCloseTo(1, 12)
    expect(server.measurements.serverUtility[0]).toBeCloseTo(server.measurements.promisedUtility[0], 6)
  })

  test("with the first best each device gets the item of its type, whatever it chose", () => {
    const { environment } = started()
    environment.step({ scheme: "first-best", options: {} })
    const [server, device] = environment.step(new Float32Array(DEVICES))
    expect(server.measurements.participation[0]).toBeCloseTo(1, 12)
    expect(server.measurements.serverUtility[0]).toBeCloseTo(server.measurements.promisedUtility[0], 6)
    expect(device.rewards.every((reward) => Math.abs(reward) < 1e-9)).toBe(true)
  })

  test("takes items of the menu alone", () => {
    const { environment } = started()
    environment.step(new Float32Array(4))
    expect(() => environment.step(new Float32Array(DEVICES).fill(3))).toThrow(EnvironmentError)
    expect(() => environment.step(new Float32Array(DEVICES).fill(0.5))).toThrow("0..2")
    expect(() => environment.step({ scheme: "pooled", options: {} })).toThrow('role "device"')
  })
})

test("a drawn population is scored by its own types", () => {
  const config = { deviceCount: 1, devices: { population: "drawn" } }
  const environment = new ContractEnvironment(contractSettings(config))
  environment.reset({ evaluation: environment.evaluationSet(2, 200) })
  const [{ measurements }] = environment.step({ scheme: "top-type-only", options: {} })
  expect(new Set(measurements.participation)).toEqual(new Set([0, 1]))
})
