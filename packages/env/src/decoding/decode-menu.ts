import { batchOfOne, type ContractInstance } from "../contract/contract-instance.ts"
import { type ContractMenu, createMenu, requireItems } from "../contract/contract-menu.ts"
import { InvalidInstanceError } from "../errors.ts"
import { type BoxLimits, boxDecoder, PAPER_LIMITS } from "./box-decoder.ts"
import type { ActionRows, Decoder } from "./decoder.ts"
import { encodeFeasibleBatch, feasibleDecoder, feasibleSizesDecoder } from "./feasible-decoder.ts"
import { stateDecoder } from "./state-decoder.ts"

export const DECODER_NAMES = ["box", "state", "feasible", "feasible-sizes"] as const

/** How an action becomes a menu. */
export type DecoderName = (typeof DECODER_NAMES)[number]

export const createDecoder = (
  name: DecoderName,
  typeCount: number,
  fairnessExponent: number,
  limits: BoxLimits
): Decoder => {
  switch (name) {
    case "box":
      return boxDecoder(typeCount, limits)
    case "state":
      return stateDecoder(typeCount, fairnessExponent)
    case "feasible":
      return feasibleDecoder(typeCount, fairnessExponent)
    case "feasible-sizes":
      return feasibleSizesDecoder(typeCount, fairnessExponent)
    default:
      return name satisfies never
  }
}

/**
 * The menu that an action in [-1, 1]^(2K) (K for `feasible-sizes`) stands for; see the decoder of that name.
 *
 * `limits` of the decoder `box` default to those of the paper's ranges.
 *
 * @throws InvalidInstanceError if the action has the wrong length.
 */
export const decodeMenu = (
  instance: ContractInstance,
  name: DecoderName,
  action: ActionRows,
  limits: BoxLimits = PAPER_LIMITS
): ContractMenu => {
  const batch = batchOfOne(instance)
  const decoder = createDecoder(name, batch.typeCount, instance.fairnessExponent, limits)
  if (action.length !== decoder.labels.length) {
    throw new InvalidInstanceError("the action", `${decoder.labels.length} numbers for "${name}"`, action.length)
  }
  const menu = createMenu(batch.typeCount)
  decoder.decode(batch, 0, action, menu)
  return menu
}

/**
 * The action that the decoder `feasible` turns into this menu: its inverse on the menus in its box `[2 typeCount]`.
 *
 * @throws InvalidInstanceError if the instance or the menu has the wrong shape.
 */
export const encodeFeasible = (instance: ContractInstance, menu: ContractMenu): Float64Array => {
  const batch = batchOfOne(instance)
  requireItems(menu, batch.typeCount)
  return encodeFeasibleBatch(batch, menu)
}
