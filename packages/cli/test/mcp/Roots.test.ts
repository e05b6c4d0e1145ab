import { once } from "node:events"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import type { Configuration } from "@skippy/core"
import { Files } from "@skippy/http/authoring"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { World } from "../../src/command/World.ts"
import * as RootsLayer from "../../src/mcp/Roots.ts"
import { Roots } from "../../src/mcp/Tool.ts"
import { folder, world } from "./tools/support.ts"

type Way = "readable" | "writable"

/** The real path, or why it is refused. */
const judge = (
  way: Way,
  path: string,
  roots: ReadonlyArray<string>,
  state = "/nowhere/skippy",
  isSandbox = false,
  credentials?: string
) => {
  const places = Effect.succeed({ path: state, origin: "test", isSandbox })
  const get = (key: string) => (key === "google.credentials" ? credentials : undefined)
  const configuration = Effect.succeed({ get } as Configuration.Shape)
  const layer = RootsLayer.layer(roots).pipe(Layer.provide(Layer.succeed(World, world({ places, configuration }))))
  const judged = Effect.flatMap(Roots, (judge) => judge[way]("output_path", path))
  return Effect.runPromise(
    judged.pipe(
      Effect.catch((error) => Effect.succeed("reason" in error ? `refused: ${String(error.reason)}` : error.message)),
      Effect.provide(layer.pipe(Layer.provide(Files.layer)))
    )
  )
}

/** Each path is judged so. */
const judged = async (
  way: Way,
  paths: ReadonlyArray<string>,
  roots: ReadonlyArray<string>,
  expected: (path: string) => string
) => {
  const found = await Promise.all(paths.map(async (path) => [path, await judge(way, path, roots)]))
  expect(found).toEqual(paths.map((path) => [path, expected(path)]))
}

const seeded = () => {
  const root = folder()
  const elsewhere = folder()
  mkdirSync(join(root, "in"))
  writeFileSync(join(root, "in", "a.txt"), "a")
  writeFileSync(join(root, ".env"), "TOKEN=x")
  writeFileSync(join(elsewhere, "b.txt"), "b")
  return { root, elsewhere }
}

describe("a path that is read", () => {
  it("is answered as it really is, whether it is relative, absolute, or goes up and down again", async () => {
    const { root } = seeded()
    const real = join(root, "in", "a.txt")
    await judged(
      "readable",
      ["in/a.txt", "./in/a.txt", "in/../in/a.txt", real, `${root}//in/./a.txt`],
      [root],
      () => real
    )
    expect(await judge("readable", ".", [root])).toBe(root)
  })

  it("outside is refused, whether it is there or not", async () => {
    const { elsewhere, root } = seeded()
    const beside = `${root}-beside`
    await judged(
      "readable",
      ["..", "../x", "/", "/etc/passwd", "/etc/nobody", "/etc/passwd/x", join(elsewhere, "b.txt"), beside],
      [root],
      () => "refused: outside"
    )
  })

  it("outside is refused by whatever link it is reached", async () => {
    const { elsewhere, root } = seeded()
    symlinkSync(elsewhere, join(root, "folder"))
    symlinkSync(join(elsewhere, "b.txt"), join(root, "b.txt"))
    symlinkSync(join(root, "folder"), join(root, "twice"))
    await judged(
      "readable",
      ["folder", "folder/b.txt", "b.txt", "twice/b.txt", "folder/nobody.txt"],
      [root],
      () => "refused: outside"
    )
  })

  it("is answered as what a link inside leads to", async () => {
    const { root } = seeded()
    symlinkSync("in", join(root, "link"))
    expect(await judge("readable", "link/a.txt", [root])).toBe(join(root, "in", "a.txt"))
  })

  it("of secrets is refused, also behind a harmless name", async () => {
    const { root } = seeded()
    mkdirSync(join(root, ".ssh"))
    writeFileSync(join(root, ".ssh", "config"), "")
    writeFileSync(join(root, "Server.PEM"), "")
    writeFileSync(join(root, "plain"), "")
    symlinkSync(".env", join(root, "notes.txt"))
    symlinkSync("plain", join(root, "id_rsa"))
    mkdirSync(join(root, "dotfiles"))
    writeFileSync(join(root, "dotfiles", "known_hosts"), "")
    symlinkSync("../dotfiles", join(root, "in", ".ssh"))
    await judged(
      "readable",
      [".env", "notes.txt", ".ssh/config", "Server.PEM", "id_rsa", "in/.ssh/known_hosts"],
      [root],
      () => "refused: secret"
    )
    expect(await judge("readable", "config", [join(root, ".ssh")])).toBe("refused: secret")
  })

  it("is refused when it is not there, leads nowhere, goes round, or is no file", async () => {
    const { root } = seeded()
    symlinkSync("nobody", join(root, "dead"))
    symlinkSync("round", join(root, "round"))
    const server = createServer().listen(join(root, "socket"))
    await once(server, "listening")
    expect(await judge("readable", "nobody", [root])).toBe("refused: notFound")
    expect(await judge("readable", "dead", [root])).toBe("refused: deadLink")
    expect(await judge("readable", "round/x", [root])).toBe("refused: deadLink")
    expect(await judge("readable", "in/a.txt/x", [root])).toBe("refused: unreadable")
    expect(await judge("readable", "socket", [root])).toBe("refused: special")
    server.close()
    expect(await judge("readable", "/proc/self/environ", ["/"])).toBe("refused: special")
  })

  it("of Skippy's own state is refused, in the sandbox that of the real one too", async () => {
    const { root } = seeded()
    mkdirSync(join(root, "state", "sandbox"), { recursive: true })
    writeFileSync(join(root, "state", "tokens"), "")
    const own = "refused: own"
    expect(await judge("readable", "state/tokens", [root], join(root, "state"))).toBe(own)
    expect(await judge("readable", "state/tokens", [root], join(root, "state", "sandbox"), true)).toBe(own)
    expect(await judge("writable", "STATE/x", [root], join(root, "state"))).toBe(own)
    expect(await judge("readable", "in/a.txt", [root], join(root, "state"))).toBe(join(root, "in", "a.txt"))
  })

  it("of the credentials it signs in with is refused, whatever their name, and by whatever link", async () => {
    const { root } = seeded()
    const key = join(root, "in", "a.txt")
    symlinkSync(key, join(root, "link"))
    const refused = (path: string) => judge("readable", path, [root], undefined, false, join(root, "link"))
    expect(await refused("in/a.txt")).toBe("refused: own")
    expect(await refused("link")).toBe("refused: own")
  })

  it("is that of the file behind odd ways to write it, and of the kernel it is none", async () => {
    const { root } = seeded()
    const real = join(root, "in", "a.txt")
    await judged("readable", ["in/a.txt/", "in//a.txt/.", "in/nobody/../a.txt"], [root], () => real)
    await judged("readable", ["/dev/stdin/..", "/proc/self/fd/0/../../x", "in/..%2f..%2fetc/passwd"], [root], (path) =>
      path.startsWith("/") ? "refused: outside" : "refused: notFound"
    )
    await judged("readable", ["/dev/null", "/proc/version", "/sys/kernel"], ["/"], () => "refused: special")
  })
})

describe("a path that is written", () => {
  it("may be new, and in folders that are not there yet", async () => {
    const { root } = seeded()
    await judged("writable", ["new.txt", "in/new.txt", "x/y/z/new.txt"], [root], (path) => join(root, path))
  })

  it("is real as far as it is there", async () => {
    const { root } = seeded()
    symlinkSync("in", join(root, "link"))
    expect(await judge("writable", "link/x/new.txt", [root])).toBe(join(root, "in", "x", "new.txt"))
  })

  it("outside is refused, also by a link, one that leads nowhere too", async () => {
    const { elsewhere, root } = seeded()
    symlinkSync(elsewhere, join(root, "folder"))
    symlinkSync(join(elsewhere, "nobody.txt"), join(root, "dead.txt"))
    expect(await judge("writable", "../x.txt", [root])).toBe("refused: outside")
    expect(await judge("writable", "folder/x/y.txt", [root])).toBe("refused: outside")
    expect(await judge("writable", "dead.txt", [root])).toBe("refused: deadLink")
    expect(await judge("writable", "dead.txt/x.txt", [root])).toBe("refused: deadLink")
  })

  it("never replaces anything, and never goes under a name that programs run", async () => {
    const { root } = seeded()
    expect(await judge("writable", "in/a.txt", [root])).toBe("refused: exists")
    expect(await judge("writable", "in", [root])).toBe("refused: exists")
    await judged(
      "writable",
      [".bashrc", ".github/workflows/x.yml", "x/.vscode/tasks.json"],
      [root],
      () => "refused: hidden"
    )
    await judged(
      "writable",
      [".git/hooks/pre-commit", ".ssh/authorized_keys", ".ENV.local", "x/credentials.json"],
      [root],
      () => "refused: secret"
    )
  })
})

describe("roots", () => {
  it("may be many, given by links; relative paths are from the first", async () => {
    const { elsewhere, root } = seeded()
    symlinkSync(elsewhere, join(root, "link"))
    const roots = [root, join(root, "link")]
    expect(await judge("readable", join(elsewhere, "b.txt"), roots)).toBe(join(elsewhere, "b.txt"))
    expect(await judge("readable", "in/a.txt", roots)).toBe(join(root, "in", "a.txt"))
  })

  it("are the working directory when none is given", async () => {
    expect(await judge("readable", "package.json", [])).toBe(join(process.cwd(), "package.json"))
  })

  it("that are not there are told at once", async () => {
    const { root } = seeded()
    for (const wrong of [join(root, "nobody"), join(root, "in", "a.txt"), "~/x"])
      await expect(judge("readable", "x", [wrong])).rejects.toThrow(`--root is "${wrong}"`)
  })

  it("errors name the parameter, the path, the roots and the fix, and not where a link leads", async () => {
    const { elsewhere, root } = seeded()
    symlinkSync(elsewhere, join(root, "link"))
    const layer = RootsLayer.layer([root]).pipe(Layer.provide([Layer.succeed(World, world({})), Files.layer]))
    const error = await Effect.runPromise(
      Effect.flatMap(Roots, ({ readable }) => Effect.flip(readable("local_file_path", "link/b.txt"))).pipe(
        Effect.provide(layer)
      )
    )
    expect(error.message).toBe(
      `local_file_path is "link/b.txt"; it is, or leads, outside of these folders; give a path below one of them, or start the server with --root (allowed: ${root})`
    )
  })
})
