/** Names of files, made of anything. */
import { describe, expect, it } from "@effect/vitest"
import { basename, join } from "node:path"
import * as fc from "fast-check"
import { safeName } from "../../src/photos/SafeName.ts"

const name = (filename: string, mimeType = "image/jpeg") => safeName({ id: "AGj1e", filename, mimeType })

describe("the name of a file for an item", () => {
  it.each([
    ["IMG_1.jpg", "IMG_1.jpg"],
    ["ein schöner Tag.HEIC", "ein schöner Tag.HEIC"],
    ["../../.bashrc", "_.._.bashrc"],
    [String.raw`C:\Windows\x.jpg`, "C__Windows_x.jpg"],
    ["/etc/passwd", "_etc_passwd"],
    ["a\u0000b\nc\u202Ed.jpg", "a_b_c_d.jpg"],
    [".hidden", "hidden"],
    ["name.jpg. . ", "name.jpg"],
    ["CON.jpg", "_CON.jpg"],
    ["lpt1", "_lpt1"],
    ["..", "AGj1e.jpg"],
    ["", "AGj1e.jpg"],
    ["???", "AGj1e.jpg"]
  ])("makes %j a safe one", (given, expected) => {
    expect(name(given)).toBe(expected)
  })

  it("knows the extensions of types, and has none for others", () => {
    expect([name("", "video/quicktime"), name("", "image/heif"), name("", "application/x-unknown")]).toEqual([
      "AGj1e.mov",
      "AGj1e.heic",
      "AGj1e"
    ])
  })

  it("keeps the extension of a long name", () => {
    const long = name(`${"ä".repeat(300)}.jpeg`)
    expect(long).toMatch(/^ä+\.jpeg$/)
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200)
  })

  it("is one name in a folder, for whatever comes from outside", () => {
    const any = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(fc.constantFrom("..", "/", "\\", ".", " ", "con", "a", "\u0000", "😀", ".jpg"))
        .map((parts) => parts.join(""))
    )
    fc.assert(
      fc.property(any, any, any, (filename, id, mimeType) => {
        const safe = safeName({ id, filename, mimeType })
        expect(safe).not.toBe("")
        expect(safe).not.toMatch(/[/\\\p{Cc}:*?"<>|]|^\.|[.\s]$/u)
        expect(basename(join("/folder", safe))).toBe(safe)
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(201)
        expect(safeName({ id, filename: safe, mimeType })).toBe(safe)
      }),
      { numRuns: 500 }
    )
  })
})
