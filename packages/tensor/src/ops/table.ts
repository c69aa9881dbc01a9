import type { OpName } from "../node.ts"
import { elementwiseRules } from "./elementwise.ts"
import { leafRules } from "./leaves.ts"
import { movementRules } from "./movement.ts"
import { productRules } from "./products.ts"
import { reductionRules } from "./reductions.ts"
import type { Rule, Rules } from "./rule.ts"

/** Every op has a complete rule: a missing one does not compile. */
const rules: Rules<OpName> = {
  ...leafRules,
  ...elementwiseRules,
  ...productRules,
  ...reductionRules,
  ...movementRules
}

export const ruleOf = <K extends OpName>(op: K): Rule<K> => rules[op]
