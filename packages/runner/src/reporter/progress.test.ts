import { expect, test } from "vitest"
import { Progress } from "./progress.ts"

test("counts what is over, whatever its end, and says so", () => {
  const progress = new Progress()
  progress.start(10, 4)
  expect(progress.line()).toBe("4 of 10 trials")
  progress.count("waiting") // failed once, tried again
  progress.count("complete")
  progress.count("failed")
  expect(progress.line()).toMatch(/^6 of 10 trials, 1 failed \([\d.]+\/s, about 1 s left\)$/)
})
