import { execFileSync } from "node:child_process"
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { version } from "../src/runtime/Version.ts"
import { folder, run } from "./support.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

it("is one file that needs nothing but Node", async () => {
  execFileSync(process.execPath, ["scripts/bundle.ts"], { cwd: root })
  const path = folder()
  const program = join(path, "skippy.mjs")
  copyFileSync(join(root, "packages/cli/dist/skippy.mjs"), program)
  expect(await run(["--version"], { path, program })).toEqual({ code: 0, out: `${version}\n`, err: "" })
  const { code, err, out } = await run(["drive", "list", "--json", "--sandbox"], { path, program })
  expect({ code, err }).toEqual({ code: 0, err: "" })
  expect(JSON.parse(out).files).toHaveLength(3)
  expect(await run(["health", "--sandbox"], { path, program })).toMatchObject({
    err: expect.not.stringContaining("Error")
  })
  expect(await run(["drive", "list"], { path, program })).toMatchObject({ code: 4 })
  const pretends = encodeURIComponent(`Object.defineProperty(process,"versions",{value:{node:"20.11.1"}})`)
  const older = `--import=data:text/javascript,${pretends}`
  expect(await run(["doctor"], { path, program, variables: { NODE_OPTIONS: older } })).toEqual({
    code: 2,
    out: "",
    err: "skippy: this is Node 20.11.1; install Node 22.19 or newer\n"
  })
  expect(await run(["drive", "lst"], { path, program })).toMatchObject({ code: 2 })
})
