import type { Node } from "../node.ts"
import { verify } from "../verify.ts"
import { shareCommonSubexpressions } from "./common-subexpressions.ts"
import { placeDerivatives } from "./place-derivatives.ts"
import { simplify } from "./simplify.ts"

const MAXIMUM_ROUNDS = 8

/**
 * All rewrites until nothing changes, then the graph is verified. Dead code needs no rewrite: only what the roots reach
 * is ever emitted.
 */
export const optimise = (roots: readonly Node[]): readonly Node[] => {
  let current = shareCommonSubexpressions(roots)
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const simpler = simplify(current)
    if (simpler.every((root, i) => root === current[i])) break
    current = simpler
  }
  const ordered = shareCommonSubexpressions(placeDerivatives(current))
  verify(ordered)
  return ordered
}
