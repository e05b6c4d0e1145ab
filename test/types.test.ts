/** The type tests (`packages/*\/typetest`), run by tstyche. */
import { execFile } from "node:child_process"
import { globSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const execute = promisify(execFile)

describe("the types", () => {
  it.for(globSync("packages/*/typetest/*.tst.ts", { cwd: root }))("%s", async (path) => {
    const { stderr } = await execute("tstyche", [path, "--quiet"], {
      cwd: root,
      // tstyche needs the compiler's JavaScript API, which TypeScript 7 does not have.
      env: { ...process.env, TSTYCHE_TYPESCRIPT_MODULE: import.meta.resolve("typescript-for-tstyche") }
    }).catch((failed: { readonly stderr: string; readonly stdout: string }) => ({
      stderr: failed.stderr + failed.stdout
    }))
    expect(stderr).toBe("")
  })
})
