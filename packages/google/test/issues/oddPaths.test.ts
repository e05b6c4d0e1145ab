/** A path that is no text when it is decoded broke the emulator of Google Photos, instead of being "not found". */
import { describe, expect, it } from "@effect/vitest"
import * as PhotosEmulator from "../../src/testing/PhotosEmulator.ts"

describe("the emulator of Google Photos", () => {
  it.each(["/v1/sessions/%E0%A4%A", "/ppa/%E0%A4%A/x=d", "/videos/%E0%A4%A"])("answers %s with a refusal", (path) => {
    const { handle } = PhotosEmulator.make()
    const request = {
      method: "GET",
      url: new URL(path, "http://127.0.0.1"),
      headers: { authorization: "Bearer token-of-a-test" },
      body: new Uint8Array()
    }
    expect(handle(request, 0)).toMatchObject({ status: 404 })
  })
})
