/** Names that were cut off could end with a dot or a space, which Windows leaves out; some of its devices were let through. */
import { describe, expect, it } from "@effect/vitest"
import { safeName } from "../../src/photos/SafeName.ts"

const nameOf = (filename: string, mimeType = "image/jpeg") => safeName({ id: "id", filename, mimeType })

describe("a name that is safe", () => {
  it("ends neither with a dot nor with a space where it was cut off", () => {
    for (const end of [".", " ", ". ."]) {
      expect(nameOf(`${"a".repeat(199)}${end}${"b".repeat(40)}`)).toBe("a".repeat(199))
      expect(nameOf(`${"a".repeat(195)}${end}${"b".repeat(40)}.jpg`)).toBe(`${"a".repeat(195)}.jpg`)
    }
  })

  it("is no device of Windows", () => {
    for (const device of ["aux .jpg", "COM¹.txt", "conin$", "CONOUT$", "lpt²"])
      expect(nameOf(device)).toBe(`_${device}`)
  })

  it("takes no extension from what every object has", () => {
    for (const type of ["constructor", "__proto__", "toString"]) expect(nameOf("", type)).toBe("id")
  })
})
