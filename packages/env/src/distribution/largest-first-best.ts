import { bestDataSize } from "../contract/data-value.ts"
import type { InstanceDistribution } from "./instance-distribution.ts"

/** The largest first-best data size of any instance of a distribution; may be Infinity. */
export const largestFirstBest = ({ economy, typeRanges, unitCost, unitRevenue }: InstanceDistribution): number => {
  const highestType = typeRanges[typeRanges.length - 1][1]
  return bestDataSize((unitRevenue[1] * economy.incentiveWeight * highestType) / unitCost[0], economy)
}
