import { describe, expect, test } from "vitest"
import { isNear, twoBunches, twoTypes } from "../../test/contract-instances.ts"
import { selfSelect } from "../response/self-selection.ts"
import { deviceUtilities } from "./device-utility.ts"
import { firstBest } from "./first-best.ts"
import { pooledMenu } from "./pooled-menu.ts"
import { topTypeOnlyMenu } from "./top-type-only-menu.ts"

describe("firstBest", () => {
  test("solves the vectors", () => {
    expect(isNear(firstBest(twoTypes).dataSizes, [351.5625, 3164.0625])).toBe(true)
    expect(Math.abs(firstBest(twoTypes).serverUtility / 4687.4985185185 - 1)).toBeLessThan(1e-9)
    expect(Math.abs(firstBest(twoBunches).serverUtility / 4374.9984526215 - 1)).toBeLessThan(1e-9)
  })

  test("leaves no device anything", () => {
    expect(isNear(deviceUtilities(twoBunches, firstBest(twoBunches)), [0, 0, 0, 0, 0])).toBe(true)
  })

  test("is worth no more than the pooled menu when devices choose for themselves", () => {
    expect(selfSelect(twoTypes, firstBest(twoTypes)).serverUtility).toBeCloseTo(
      selfSelect(twoTypes, pooledMenu(twoTypes)).serverUtility,
      9
    )
  })
})

test("pooledMenu is the lowest type's first best for everyone, and nobody stays out", () => {
  const menu = pooledMenu(twoTypes)
  const selection = selfSelect(twoTypes, menu)
  expect(isNear(menu.dataSizes, [351.5625, 351.5625])).toBe(true)
  expect(selection).toMatchObject({ participation: 1, truthful: 1, serverUtility: menu.serverUtility })
})

test("topTypeOnlyMenu sells to the highest type alone", () => {
  const menu = topTypeOnlyMenu(twoTypes)
  const selection = selfSelect(twoTypes, menu)
  expect(isNear(menu.dataSizes, [0, 3164.0625])).toBe(true)
  expect(Array.from(selection.choices)).toEqual([0, 2])
  expect(selection.serverUtility).toBeCloseTo(menu.serverUtility, 9)
})
