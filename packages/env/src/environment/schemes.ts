import { EnvironmentError, type Scheme, type SchemeMove } from "@twinpact/core"
import type { ContractMenu } from "../contract/contract-menu.ts"
import { fillFirstBest } from "../contract/first-best.ts"
import type { InstanceBatch } from "../contract/instance-batch.ts"
import { createIroning } from "../contract/ironing.ts"
import { fillPooled } from "../contract/pooled-menu.ts"
import { fillSecondBest } from "../contract/second-best.ts"
import { fillTopTypeOnly } from "../contract/top-type-only-menu.ts"

/** A scheme with the function that writes its menus for a whole batch. */
interface MenuScheme extends Scheme {
  /** Devices are told which item to take. */
  readonly areTypesKnown: boolean
  readonly fill: (batch: InstanceBatch, options: Readonly<Record<string, number>>, menu: ContractMenu) => void
}

const perInstance =
  (fill: (batch: InstanceBatch, i: number, menu: ContractMenu) => void): MenuScheme["fill"] =>
  (batch, _options, menu) => {
    for (let i = 0; i < batch.size; i++) fill(batch, i, menu)
  }

/** The moves that the environment computes itself. */
export const menuSchemes: readonly MenuScheme[] = [
  {
    name: "second-best",
    role: "server",
    summary: "the exact optimum when types are private",
    options: {
      margin: { summary: "0..1: pay this much of the way into what incentive compatibility allows", default: 0 }
    },
    areTypesKnown: false,
    fill: (batch, { margin }, menu) => {
      if (!(margin >= 0 && margin <= 1)) {
        throw new EnvironmentError(`scheme "second-best": expected margin in [0, 1], found ${margin}`)
      }
      const ironing = createIroning(batch.typeCount)
      for (let i = 0; i < batch.size; i++) fillSecondBest(batch, i, margin, ironing, menu)
    }
  },
  {
    name: "first-best",
    role: "server",
    summary: "the optimum under complete information: every device takes the item of its type, whatever it prefers",
    options: {},
    areTypesKnown: true,
    fill: perInstance(fillFirstBest)
  },
  {
    name: "pooled",
    role: "server",
    summary: "one item for all: the first best of the lowest type",
    options: {},
    areTypesKnown: false,
    fill: perInstance(fillPooled)
  },
  {
    name: "top-type-only",
    role: "server",
    summary: "the first best of the highest type, and nothing for the others",
    options: {},
    areTypesKnown: false,
    fill: perInstance(fillTopTypeOnly)
  }
]

/**
 * Writes the menus of a scheme; returns whether types are known under it.
 *
 * @throws EnvironmentError if there is no such scheme or option.
 */
export const fillByScheme = (move: SchemeMove, batch: InstanceBatch, menu: ContractMenu): boolean => {
  const scheme = menuSchemes.find(({ name }) => name === move.scheme)
  if (scheme === undefined) {
    const known = menuSchemes.map(({ name }) => name).join(", ")
    throw new EnvironmentError(`there is no scheme "${move.scheme}": expected one of ${known}`)
  }
  const unknown = Object.keys(move.options).find((option) => !Object.hasOwn(scheme.options, option))
  if (unknown !== undefined) {
    const known = Object.keys(scheme.options).join(", ") || "none"
    throw new EnvironmentError(`scheme "${move.scheme}" has no option "${unknown}": expected ${known}`)
  }
  const defaults = Object.fromEntries(Object.entries(scheme.options).map(([name, option]) => [name, option.default]))
  scheme.fill(batch, { ...defaults, ...move.options }, menu)
  return scheme.areTypesKnown
}
