import process from "node:process"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    reporters: process.env.CI === "true" ? ["default", ["json", { outputFile: "coverage/tests.json" }]] : ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "examples/*/src/**/*.test.ts"]
        }
      },
      {
        test: {
          name: "integration",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 60_000
        }
      }
    ],
    coverage: { include: ["packages/*/src/**/*.ts"] }
  }
})
