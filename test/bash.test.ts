/** The scripts in bash, tested by bats; each of its tests is one of ours. */
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const installed = spawnSync("bats", ["--version"]).status === 0

const namesIn = (file: string): ReadonlyArray<string> =>
  Array.from(readFileSync(root + file, "utf8").matchAll(/^@test "(.*)" \{$/gm), ([, name = ""]) => name)

/** A name as the pattern that finds this one test alone. */
const exactly = (name: string): string => `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`

for (const file of globSync("test/bash/*.bats", { cwd: root })) {
  describe(`the script tests in ${file}`, () => {
    it.for(namesIn(file))("%s", (name, context) => {
      if (!installed) context.skip("missing server: bats (Debian package bats)")
      const { stdout } = spawnSync("bats", ["--tap", "--filter", exactly(name), file], { cwd: root, encoding: "utf8" })
      expect(stdout).toMatch(/^1\.\.1\nok 1 /)
    })
  })
}
