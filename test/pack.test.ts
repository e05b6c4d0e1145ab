/** How packages are packed: by `npm run pack`, and by `npm pack` in the folder of one. In a copy, because it changes manifests. */
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { licensesOf } from "../scripts/licenses.ts"
import { published } from "../scripts/manifest.ts"

const execute = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
const copy = realpathSync(mkdtempSync(join(tmpdir(), "skippy-pack-")))
const http = join(copy, "packages/http")
const manifest = () => readFileSync(join(http, "package.json"), "utf8")
const needed = ["package.json", "pnpm-lock.yaml", "tsconfig.base.json", "scripts", "docs/man", "packages"]
const env = { ...process.env, PATH: `${join(copy, "bin")}${delimiter}${process.env["PATH"]}` }

beforeAll(() => {
  for (const path of needed)
    cpSync(join(root, path), join(copy, path), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: (source) => !/\/(\.vite|\.vitest-cache)$/.test(source)
    })
  mkdirSync(join(copy, "node_modules"))
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== ".installed-from") symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name))
  // What is installed is that of the workspace, so nothing is to be installed.
  const lock = createHash("sha256")
  for (const path of ["pnpm-lock.yaml", "package.json"]) lock.update(readFileSync(join(copy, path)))
  writeFileSync(join(copy, "node_modules/.installed-from"), lock.digest("hex"))
  mkdirSync(join(copy, "bin"))
  writeFileSync(join(copy, "bin/npx"), "#!/bin/sh\necho nothing is to be installed here >&2\nexit 1\n", { mode: 0o755 })
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe("npm pack in the folder of a package", () => {
  it("gives what npm run pack gives, and leaves the manifest as it was", async () => {
    const before = manifest()
    const name = `skippy-http-${JSON.parse(before).version}.tgz`
    mkdirSync(join(http, "dist"), { recursive: true })
    writeFileSync(join(http, "dist/Gone.js"), "")
    await execute("npm", ["pack", "--silent", "--pack-destination", copy], { cwd: http, env })
    await execute("node", ["scripts/pack.ts", "--to", join(copy, "packs")], { cwd: copy, env })
    expect(readFileSync(join(copy, name)).equals(readFileSync(join(copy, "packs", name)))).toBe(true)
    expect(manifest()).toBe(before)
    expect(existsSync(join(http, "dist/Gone.js"))).toBe(false)
  })

  it("is put right by the next command when it was killed", async () => {
    const before = manifest()
    renameSync(join(http, "package.json"), join(http, ".package.json"))
    writeFileSync(join(http, "package.json"), "{}")
    await execute("node", ["scripts/run.mjs", "postpack", "http"], { cwd: copy, env })
    expect(manifest()).toBe(before)
    expect(existsSync(join(http, ".package.json"))).toBe(false)
  })

  it("fails when the manifest was put back while it was packed", async () => {
    await expect(execute("node", ["scripts/run.mjs", "postpack", "http"], { cwd: copy, env })).rejects.toThrow(
      "pack again"
    )
  })
})

it("npm publish is refused there: it would tell what only the workspace understands", async () => {
  await expect(execute("npm", ["publish", "--dry-run"], { cwd: http, env })).rejects.toThrow("npm run pack")
})

describe("a manifest", () => {
  const source = { name: "@skippy/a", version: "1.2.3", files: ["dist"], publishConfig: { access: "public" } }

  it("has what is published in place of what is for the workspace", () => {
    const own = { ...source, exports: "./src/a.ts", scripts: { prepack: "x" }, devDependencies: { b: "1" } }
    expect(published({ ...own, publishConfig: { access: "public", exports: "./dist/a.js" } }, {})).toEqual({
      ...source,
      exports: "./dist/a.js"
    })
  })

  it("names the version of a package of the workspace, and none of one it does not know", () => {
    const dependencies = { "@skippy/b": "workspace:^", effect: "^4.1.0" }
    expect(published({ ...source, dependencies }, { "@skippy/b": "2.0.0" })).toEqual({
      ...source,
      dependencies: { "@skippy/b": "^2.0.0", effect: "^4.1.0" }
    })
    expect(() => published({ ...source, dependencies }, {})).toThrow("@skippy/b")
  })
})

describe("the licences of a bundle", () => {
  const add = (name: string, license: object, texts: Readonly<Record<string, string>>): string => {
    const folder = join(copy, "licences/node_modules", name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", ...license }))
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text)
    return join(folder, "lib/a.js")
  }

  it("are those of every package in it, once, from its file or its README", () => {
    const b = add("@of/b", { license: "MIT" }, { "LICENSE.md": "Permission is granted", "README.md": "License\nnone" })
    const a = add("a", { license: "ISC" }, { "readme.md": "# a\n\n## License\n\nUse it.\n" })
    expect(
      licensesOf([b, a, b, "src/own.ts"])
        .split(/\n-{80}\n/)
        .map((text) => text.trim().split("\n\n"))
    ).toEqual([
      ["skippy contains code of these packages.", "@of/b 1.0.0 (MIT)", "Permission is granted"],
      ["a 1.0.0 (ISC)", "## License", "Use it."]
    ])
  })

  it("have to be there", () => {
    expect(() => licensesOf([add("c", { license: "MIT" }, { "README.md": "# c" })])).toThrow("c 1.0.0")
    expect(() => licensesOf([add("d", {}, { LICENSE: "Use it." })])).toThrow("d 1.0.0")
  })
})
