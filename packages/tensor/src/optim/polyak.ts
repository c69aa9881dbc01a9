import { add, mul } from "../graph.ts"
import type { NamedNodes } from "../nn/linear.ts"

/** target <- target + tau (online - target), for every target that has an online tensor of its name. */
export const polyakUpdate = (targets: NamedNodes, online: NamedNodes, tau: number): NamedNodes =>
  Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [name, add(mul(target, 1 - tau), mul(online[name], tau))])
  )
