/** Tokens, scopes and quotas of the Photos Picker emulator. */
import { describe, expect, it } from "vitest"
import * as PhotosEmulator from "../../../src/testing/PhotosEmulator.ts"
import { ask, minute, picked } from "./support.ts"

describe("access to the Photos Picker", () => {
  it("needs a token that is good", () => {
    const google = PhotosEmulator.make()
    for (const token of [undefined, "bad"]) {
      const { headers, json, status } = ask(google, "/v1/sessions", { method: "POST", token })
      expect([status, json.error.status]).toEqual([401, "UNAUTHENTICATED"])
      expect(headers["www-authenticate"]).toContain("Bearer realm")
    }
    expect(google.createdCount()).toBe(0)
  })

  it("needs the scope of the picker", () => {
    const tokens = [{ token: "narrow", email: "a@example.com", scopes: ["https://www.googleapis.com/auth/drive"] }]
    const { json, status } = ask(PhotosEmulator.make({ tokens }), "/v1/sessions", { method: "POST", token: "narrow" })
    expect([status, json.error.status]).toEqual([403, "PERMISSION_DENIED"])
    expect(json.error.details[0].reason).toBe("ACCESS_TOKEN_SCOPE_INSUFFICIENT")
  })

  it("can be had at the token endpoint", () => {
    const google = PhotosEmulator.make()
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "c", refresh_token: "unknown" })
    const refused = ask(google, "/token", { method: "POST", body: form.toString() })
    expect(refused.json.error).toBe("invalid_grant")
  })

  it("ends with the consent, and with its time", () => {
    const google = PhotosEmulator.make()
    const [ended, old] = [google.tokens.accessToken({}, 0), google.tokens.accessToken({}, 0)]
    const statusOf = (token: string, now: number) => ask(google, "/v1/sessions", { method: "POST", token, now }).status
    expect([statusOf(ended, 1), statusOf(old, 1)]).toEqual([200, 200])
    google.tokens.revoke(ended)
    expect([statusOf(ended, 1), statusOf(old, 1), statusOf(old, 60 * minute)]).toEqual([401, 200, 401])
  })

  it("leads nowhere but to its methods, and what is none is a web page", () => {
    const google = PhotosEmulator.make()
    for (const [method, path] of [
      ["GET", "/v1/sessions"],
      ["PATCH", "/v1/sessions/x"],
      ["POST", "/v1/mediaItems"],
      ["GET", "/v1/mediaItems/x"]
    ] as const) {
      const { headers, status } = ask(google, path, { method })
      expect([status, headers["content-type"]]).toEqual([404, "text/html; charset=UTF-8"])
    }
  })
})

describe("the quota of the Photos Picker", () => {
  it("is of a minute, and told as one", () => {
    const google = PhotosEmulator.make({ limits: { perMinute: 2 } })
    const create = (now: number) => ask(google, "/v1/sessions", { method: "POST", now })
    expect([create(0).status, create(1).status]).toEqual([200, 200])
    const { json, status } = create(minute - 1)
    expect([status, json.error.status, json.error.details[0].reason]).toEqual([
      429,
      "RESOURCE_EXHAUSTED",
      "RATE_LIMIT_EXCEEDED"
    ])
    expect(create(minute).status).toBe(200)
    google.setLimits({ perMinute: 1 })
    expect(create(minute).status).toBe(429)
  })

  it("is another one for bytes", () => {
    const google = PhotosEmulator.make({ media: [{ filename: "one.jpg" }], limits: { mediaPerMinute: 1 } })
    const { mediaItems } = ask(google, `/v1/mediaItems?sessionId=${picked(google)}`).json
    const { pathname } = new URL(mediaItems[0].mediaFile.baseUrl)
    expect([0, 1, minute].map((now) => ask(google, `${pathname}=d`, { now }).status)).toEqual([200, 429, 200])
  })
})
