/** Share of the rate that is left at the end of a linear decay. */
const FINAL_SHARE = 0.02

/** The rate after `progress` of the budget: constant, or linear from the middle of the budget to 2% at its end. */
export const learningRateAt = (rate: number, decay: "none" | "linear", progress: number): number => {
  if (decay === "none" || progress <= 0.5) return rate
  return rate * (1 - (1 - FINAL_SHARE) * Math.min(1, 2 * progress - 1))
}
