import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import * as Connection from "../../src/drive/Connection.ts"

const read = (env: Readonly<Record<string, string>>) =>
  Effect.provideService(
    Effect.suspend(() => Connection.config),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({ env })
  )

describe("the connection to Drive", () => {
  it.effect("is that of Google, in calls, when nothing is set", () =>
    Effect.gen(function* () {
      const plain = { url: "https://www.googleapis.com", quota: "calls" }
      expect(yield* read({})).toEqual(plain)
      expect(yield* read({ SKIPPY_GOOGLE_DRIVE_URL: "", SKIPPY_GOOGLE_DRIVE_QUOTA: " " })).toEqual(plain)
      expect(Connection.of({})).toEqual(plain)
    })
  )

  it.effect("is what the environment says", () =>
    Effect.gen(function* () {
      const env = { SKIPPY_GOOGLE_DRIVE_URL: "http://127.0.0.1:4000/", SKIPPY_GOOGLE_DRIVE_QUOTA: "units" }
      expect(yield* read(env)).toEqual({ url: "http://127.0.0.1:4000", quota: "units" })
    })
  )

  it.effect("refuses settings that make no sense", () =>
    Effect.gen(function* () {
      for (const env of [{ SKIPPY_GOOGLE_DRIVE_URL: "drive" }, { SKIPPY_GOOGLE_DRIVE_QUOTA: "bytes" }])
        expect((yield* Effect.flip(read(env)))._tag).toBe("ConfigError")
    })
  )

  it("is a defect when a program gives one that makes no sense", () => {
    expect(() => Connection.of({ url: "ftp://drive" })).toThrow(/http or https/)
    // @ts-expect-error -- what a program without types may give
    expect(() => Connection.of({ quota: "bytes" })).toThrow(/"calls" or "units"/)
  })
})
