import type { ResponseTotals } from "../response/response-totals.ts"
import type { MenuAssessment } from "./menu-assessment.ts"
import type { ContractSettings } from "./settings.ts"

/**
 * The server's rewards `[size]`, in units of `rewardScale`, where U is the promised utility:
 *
 * - `penalty`: U - lambda M (sum_k IR_k + sum_kn IC_kn); for lambda >= 1 no menu beats the constrained optimum.
 * - `gate`: U if the menu is feasible, else -gatePenalty.
 * - `self-selection`: the utility after the devices' response.
 * - `raw`: U, whether or not anybody would accept.
 */
export const fillServerRewards = (
  { config, rewardScale }: ContractSettings,
  totals: ResponseTotals,
  assessment: MenuAssessment,
  rewards: Float64Array
): void => {
  const { reward, penaltyWeight, gatePenalty, deviceCount } = config
  const { promisedUtility, participationShortfalls, incentiveShortfalls, irViolations, icViolations } = assessment
  for (let i = 0; i < rewards.length; i++) {
    let utility: number
    switch (reward) {
      case "self-selection":
        utility = totals.serverUtility[i]
        break
      case "raw":
        utility = promisedUtility[i]
        break
      case "penalty":
        utility =
          promisedUtility[i] - penaltyWeight * deviceCount * (participationShortfalls[i] + incentiveShortfalls[i])
        break
      case "gate":
        utility = irViolations[i] === 0 && icViolations[i] === 0 ? promisedUtility[i] : -gatePenalty
        break
      default:
        utility = reward satisfies never
    }
    rewards[i] = utility / rewardScale
  }
}
