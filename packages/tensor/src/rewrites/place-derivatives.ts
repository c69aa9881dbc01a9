import { after } from "../graph.ts"
import { isOp, type Node } from "../node.ts"
import { countUses } from "../traversal.ts"
import { rebuild } from "./rebuild.ts"

/**
 * Resolves `withDerivative`: where the derivative is used, the value's users wait for it, so that it is computed while
 * its operands are still alive (engines order nodes from the outputs, and would compute it in the backward pass and
 * keep all operands until then); where it is not, the value stands alone.
 */
export const placeDerivatives = (roots: readonly Node[]): readonly Node[] => {
  const uses = countUses(roots)
  return rebuild(roots, (node, original) => {
    if (!isOp(node, "withDerivative")) return node
    const [value, , derivative] = node.inputs
    return (uses.get(original.inputs[2]) ?? 0) > 1 ? after(value, derivative) : value
  })
}
