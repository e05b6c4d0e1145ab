/** A type or a state that every object has as a property, such as `constructor`, was given as a function. */
import { describe, expect, it } from "@effect/vitest"
import * as Wire from "../../src/photos/Wire.ts"

describe("words Google may add", () => {
  it.each(["constructor", "toString", "__proto__", "SCREENSHOT"])("such as %s are unknown", (word) => {
    const item = {
      id: "id",
      type: word,
      mediaFile: {
        baseUrl: "https://lh3.googleusercontent.com/ppa/1",
        mediaFileMetadata: { videoMetadata: { processingStatus: word } }
      }
    }
    expect(Wire.itemOf(item, "session", 0)).toMatchObject({ type: "unknown", processing: "unknown" })
  })
})
