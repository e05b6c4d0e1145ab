/** The lint rule that keeps the rooms apart really refuses what it should. */
import { execFile } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, describe, expect, it } from "vitest"

const execute = promisify(execFile)
const house = mkdtempSync(join(tmpdir(), "skippy-rooms-"))
copyFileSync(fileURLToPath(new URL("../.oxlintrc.json", import.meta.url)), join(house, ".oxlintrc.json"))

const complaintsAbout = async (file: string, imported: string): Promise<string> => {
  const path = join(house, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `import type { Thing } from "${imported}"\nexport const things: ReadonlyArray<Thing> = []\n`)
  const { stdout } = await execute("oxlint", [path], { cwd: house }).catch(
    (failed: { readonly stdout: string }) => failed
  )
  rmSync(path)
  return stdout
}

afterAll(() => rmSync(house, { recursive: true }))

describe("the rooms", () => {
  it.for([
    ["packages/core/src/policy/A.ts", "../pipeline/B.ts"],
    ["packages/core/src/store/A.ts", "../policy/B.ts"],
    ["packages/core/src/event/A.ts", "../store/B.ts"],
    ["packages/core/src/error/A.ts", "../event/B.ts"],
    ["packages/core/src/observe/A.ts", "../policy/B.ts"],
    ["packages/core/src/alert/A.ts", "../pipeline/B.ts"],
    ["packages/core/src/pipeline/A.ts", "node:fs"],
    ["packages/core/src/policy/A.ts", "@effect/platform-node"],
    ["packages/core/src/policy/A.ts", "@skippy/http"],
    ["packages/http/src/A.ts", "@skippy/google"],
    ["packages/http/src/github/A.ts", "node:fs"],
    ["packages/http/src/client/A.ts", "../github/B.ts"],
    ["packages/http/src/guard/A.ts", "../client/B.ts"],
    ["packages/http/src/testing/A.ts", "../client/B.ts"],
    ["packages/http/src/testing/A.ts", "node:http"],
    ["packages/google/src/A.ts", "@skippy/cli"],
    ["packages/google/src/auth/A.ts", "../client/B.ts"],
    ["packages/google/src/client/A.ts", "../drive/B.ts"],
    ["packages/google/src/testing/A.ts", "../drive/B.ts"],
    ["packages/google/src/testing/drive/A.ts", "../../client/B.ts"],
    ["packages/cli/src/command/A.ts", "node:fs"],
    ["packages/cli/src/command/A.ts", "../runtime/B.ts"],
    ["packages/cli/src/command/A.ts", "@skippy/google/testing"],
    ["packages/cli/src/output/A.ts", "../command/B.ts"],
    ["packages/cli/src/output/A.ts", "@effect/platform-node"]
  ] as const)("%s may not import %s", async ([file, imported]) => {
    expect(await complaintsAbout(file, imported)).toContain("no-restricted-imports")
  })

  it.for([
    ["packages/core/src/policy/A.ts", "../store/B.ts"],
    ["packages/core/src/pipeline/A.ts", "../policy/B.ts"],
    ["packages/core/src/observe/A.ts", "../event/B.ts"],
    ["packages/http/src/github/A.ts", "../client/B.ts"],
    ["packages/http/src/testing/ServerNode.ts", "node:http"],
    ["packages/google/src/A.ts", "@skippy/http"],
    ["packages/google/src/client/A.ts", "../auth/B.ts"],
    ["packages/google/src/testing/A.ts", "./drive/B.ts"],
    ["packages/cli/src/command/A.ts", "../output/B.ts"],
    ["packages/cli/src/command/A.ts", "@skippy/google"],
    ["packages/cli/src/runtime/A.ts", "node:fs"]
  ] as const)("%s may import %s", async ([file, imported]) => {
    expect(await complaintsAbout(file, imported)).not.toContain("no-restricted-imports")
  })
})
