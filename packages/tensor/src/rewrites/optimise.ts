import type { Node } from "../node.ts"
import { verify } from "../verify.ts"
import { shareCommonSubexpressions } from "./common-subexpressions.ts"
import { placeDerivatives } from "./place-derivatives.ts"
import { simplify } from "./simplify.ts"

const MAXIMUM_ROUNDS = 8

/**
 * All rewrites until nothing changes; the graph is verified after each. Dead code needs no rewrite: only what the roots
 * reach is ever emitted.
 */
export const optimise = (roots: readonly Node[]): readonly Node[] => {
  let current = roots
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const before = current
    for (const rewrite of [shareCommonSubexpressions, simplify]) {
      current = rewrite(current)
      verify(current)
    }
    if (current.every((root, i) => root === before[i])) break
  }
  const ordered = shareCommonSubexpressions(placeDerivatives(current))
  verify(ordered)
  return ordered
}
