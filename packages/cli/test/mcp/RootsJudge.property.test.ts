import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isSecret, namesBelow, placeProblem, textProblem } from "../../src/mcp/RootsJudge.ts"

const names = [
  "a",
  "A",
  "ab",
  "b",
  ".b",
  "..",
  ".env",
  ".Env.local",
  "x.PEM",
  "id_rsa.pub",
  "token1.json",
  ".ssh",
  ".bashrc"
]
const name = fc.constantFrom(...names)
const place = fc.array(name, { maxLength: 5 })
const textOf = (separator: string, place: ReadonlyArray<string>) => separator + place.join(separator)

/** Name by name, with nothing of the strings they make up. */
const isBelow = (root: ReadonlyArray<string>, path: ReadonlyArray<string>): boolean =>
  root.every((one, at) => path[at] === one)

const secrets = new Set([".env", ".Env.local", "x.PEM", "id_rsa.pub", "token1.json", ".ssh"])

describe("the judgement of places", () => {
  it("knows what is below a folder as a comparison of names does", () => {
    fc.assert(
      fc.property(place, place, fc.constantFrom("/", "\\"), (root, path, separator) => {
        const found = namesBelow(textOf(separator, root), textOf(separator, path), separator)
        expect(found).toEqual(isBelow(root, path) ? path.slice(root.length) : undefined)
      }),
      { numRuns: 2000 }
    )
  })

  it("allows what is below a root, has no secret name, and, to be written, no name with a dot first", () => {
    const model = (
      roots: ReadonlyArray<ReadonlyArray<string>>,
      own: ReadonlyArray<string>,
      path: ReadonlyArray<string>,
      use: "read" | "write"
    ) => {
      const around = roots.filter((root) => isBelow(root, path))
      if (roots.length === 0) return "noRoot"
      if (around.length === 0) return "outside"
      const lower = (place: ReadonlyArray<string>) => place.map((one) => one.toLowerCase())
      if (isBelow(lower(own), lower(path))) return "own"
      const below = path.slice(Math.max(...around.map((root) => root.length)))
      if (path.includes(".ssh") || below.some((one) => secrets.has(one))) return "secret"
      return use === "write" && below.some((one) => one.startsWith(".")) ? "hidden" : undefined
    }
    const use = fc.constantFrom("read" as const, "write" as const)
    fc.assert(
      fc.property(fc.array(place, { maxLength: 3 }), place, place, use, (roots, own, path, use) => {
        const texts = { roots: roots.map((root) => textOf("/", root)), own: [textOf("/", own)], separator: "/" }
        expect(placeProblem(texts, textOf("/", path), "plain", use)).toBe(model(roots, own, path, use))
      }),
      { numRuns: 3000 }
    )
  })

  it("refuses no more when there is one more root, but for what is inside it", () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 3 }), place, place, (roots, more, path) => {
        const problem = (all: ReadonlyArray<ReadonlyArray<string>>) =>
          placeProblem(
            { roots: all.map((root) => textOf("/", root)), own: [], separator: "/" },
            textOf("/", path),
            "x",
            "write"
          )
        if (problem(roots) === undefined) expect(problem([...roots, more])).toBeUndefined()
      })
    )
  })
})

describe("names of secrets", () => {
  it("are known in whatever case and whatever letters stand for theirs", () => {
    const known = [
      ".env",
      ".env.local",
      ".envrc",
      "server.pem",
      "tls.key",
      "id_rsa",
      "id_ed25519.pub",
      ".netrc",
      ".npmrc",
      "credentials.json",
      "credentials-2.json",
      "application_default_credentials.json",
      "token.json",
      "tokens-x.json",
      ".ssh",
      ".aws",
      ".gnupg",
      "skippy.toml",
      "client_secret_1.json",
      "prod.env",
      "credentials",
      "credentials.toml",
      "secrets.yaml",
      ".bash_history",
      ".git"
    ]
    expect(known.filter((one) => !isSecret(one))).toEqual([])
    expect(known.filter((one) => !isSecret(one.toUpperCase()))).toEqual([])
    expect(isSecret(".\u017F\u017Fh")).toBe(true)
    expect(isSecret("tls.\u212Aey")).toBe(true)
  })

  it("are not those of others", () => {
    const others = [
      "env",
      "environment.ts",
      "history.md",
      "secret-garden.txt",
      "report.pdf",
      "keys.md",
      "keyboard.txt",
      "my-id_rsa.md",
      "token.ts",
      "a.json"
    ]
    expect(others.filter(isSecret)).toEqual([])
  })
})

describe("the text of a path", () => {
  it("is told what is wrong with it", () => {
    expect(textProblem("")).toBe("empty")
    expect(textProblem("  ")).toBe("empty")
    expect(textProblem("a\0b")).toBe("control")
    expect(textProblem("a\nb")).toBe("control")
    const problems = (paths: ReadonlyArray<string>) => [...new Set(paths.map(textProblem))]
    expect(problems(["~", "~/x", "~ada/x", "~\\x"])).toEqual(["home"])
    expect(problems(["file:///etc/passwd", "https://example.com/x", "FILE:x"])).toEqual(["address"])
    expect(problems(["a", "/a/b", "a~", "x/~", "C:\\x", "a:b", "..", "..."])).toEqual([undefined])
  })
})
