import { defineConfig } from "vitest/config"

const packages = ["core", "http", "google"]

export default defineConfig({
  test: {
    reporters: ["default", "./scripts/TestReport.ts"],
    projects: [
      ...packages.map((name) => ({ test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] } })),
      { test: { name: "examples", root: "examples", include: ["**/*.test.ts"] } },
      // These start programs of their own, so they are given time, not waited for.
      {
        test: {
          name: "cli",
          root: "packages/cli",
          include: ["test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000
        }
      },
      {
        test: {
          name: "repository",
          root: "test",
          include: ["**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      }
    ]
  }
})
