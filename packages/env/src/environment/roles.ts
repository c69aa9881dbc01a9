import { boxSpace, discreteSpace, type Role } from "@twinpact/core"
import { numbered } from "../decoding/decoder.ts"
import { deviceObservationSpace, typeOfObservation } from "./device-observation.ts"
import { serverObservationSpace } from "./server-observation.ts"
import type { ContractSettings } from "./settings.ts"

/** The server, and the devices where they are agents. */
export const createRoles = (settings: ContractSettings): readonly Role[] => {
  const { typeCount, distribution, decoder, config } = settings
  const server: Role = {
    name: "server",
    agentCount: 1,
    observation: serverObservationSpace(distribution),
    action: boxSpace(
      decoder.labels.map((label) => [label, -1, 1]),
      decoder.formula
    )
  }
  if (config.devices.response !== "learned") return [server]
  const device: Role = {
    name: "device",
    agentCount: config.deviceCount,
    observation: deviceObservationSpace(typeCount),
    action: discreteSpace(["stay out", ...numbered("item", typeCount)]),
    discreteKey: { count: typeCount, of: typeOfObservation(typeCount) }
  }
  return [server, device]
}
