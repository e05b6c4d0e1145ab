import { describe, expect, it } from "@effect/vitest"
import { Duration, Redacted, Result } from "effect"
import * as fc from "fast-check"
import * as Setting from "../../src/config/Setting.ts"
import { settingOfEnv, settingOfKey, settings } from "../../src/config/Settings.ts"
import { durationText, valueText } from "../../src/config/SettingText.ts"
import { nearName } from "../../src/config/NearName.ts"

const description = "a test"

const parsed = (setting: Setting.Setting, raw: unknown) =>
  Result.match(setting.parse(raw), { onFailure: (fix) => `fix: ${fix}`, onSuccess: (value) => value })

describe("a setting", () => {
  it("derives the name of its environment variable", () => {
    expect(settingOfKey("google-drive.rate_limit")?.env).toBe("SKIPPY_GOOGLE_DRIVE_RATE_LIMIT")
    expect(settingOfKey("google_drive.rate_limit")?.key).toBe("google-drive.rate_limit")
    expect(settingOfEnv("SKIPPY_PEXELS_API_KEY")?.key).toBe("pexels.api_key")
  })

  it("keeps the four documented names", () => {
    const documented = {
      SKIPPY_PATH: "path",
      SKIPPY_RETRY_MAX_ATTEMPTS: "retry.max_attempts",
      SKIPPY_RETRY_BASE_DELAY: "retry.base_delay",
      SKIPPY_CIRCUIT_BREAKER_TIMEOUT: "circuit_breaker.timeout"
    }
    for (const [env, key] of Object.entries(documented)) expect(settingOfEnv(env)?.key).toBe(key)
    expect(settingOfEnv("SKIPPY_RETRY_BASE_DELAY")).toMatchObject({ type: "duration", unit: "seconds" })
    expect(settingOfEnv("SKIPPY_CIRCUIT_BREAKER_TIMEOUT")).toMatchObject({ unit: "seconds", default: undefined })
  })

  it("has a name, a variable and a description nobody else has to share", () => {
    expect(new Set(settings.map(({ key }) => key)).size).toBe(settings.length)
    expect(new Set(settings.map(({ env }) => env)).size).toBe(settings.length)
    for (const { check, description, env } of settings) {
      expect(env).toMatch(/^SKIPPY(_[A-Z]+)+$/)
      expect(description).not.toBe("")
      expect(check).not.toBe("")
    }
  })

  it("accepts its own default, also when it is written down as text", () => {
    for (const setting of settings) {
      const value = setting.default
      if (value === undefined) continue
      const read = parsed(setting, valueText(value))
      expect([setting.key, Duration.isDuration(read) ? durationText(read) : read]).toEqual([
        setting.key,
        Duration.isDuration(value) ? durationText(value) : value
      ])
    }
  })

  it("shows the limits of the catalog as defaults", () => {
    expect(settingOfKey("google-drive.rate_limit")?.default).toBe(60)
    expect(settingOfKey("pexels.rate_period")?.default).toEqual(Duration.hours(1))
    expect(settingOfKey("http.failure_threshold")?.default).toBe(10)
    expect(settingOfKey("github.circuit_breaker_timeout")?.default).toEqual(Duration.seconds(120))
    expect(settingOfKey("github.max_attempts")?.default).toBe(3)
  })
})

describe("a value", () => {
  it("is read the same from text and from TOML", () => {
    const count = Setting.integer("count", { description, min: 1, max: 5 })
    expect(parsed(count, " 3 ")).toBe(3)
    expect(parsed(count, 3)).toBe(3)
    const share = Setting.number("share", { description, min: 0, max: 1 })
    expect(parsed(share, "0.5")).toBe(0.5)
    const on = Setting.boolean("on", { description })
    expect([true, "true", "YES", "1"].map((raw) => parsed(on, raw))).toEqual([true, true, true, true])
    expect([false, "off", "0"].map((raw) => parsed(on, raw))).toEqual([false, false, false])
    const level = Setting.choice("level", ["LOW", "HIGH"], { description })
    expect(parsed(level, "high")).toBe("HIGH")
  })

  it("is refused with the fix when it is none", () => {
    const count = Setting.integer("count", { description, min: 1, max: 5 })
    for (const raw of ["", "three", "2.5", "0", 6, Number.NaN, true, [1], {}, null]) {
      expect(parsed(count, raw)).toBe("fix: give a whole number from 1 to 5")
    }
    expect(parsed(Setting.number("n", { description, min: 0 }), "-0.5")).toBe("fix: give a number of at least 0")
    expect(parsed(Setting.boolean("on", { description }), "maybe")).toBe("fix: give true or false")
    expect(parsed(Setting.text("t", { description }), "  ")).toBe("fix: give a text that is not empty")
    expect(parsed(Setting.choice("l", ["LOW", "HIGH"], { description }), "MID")).toBe("fix: give one of LOW, HIGH")
    for (const raw of ["host", "ftp://host", "https://", "https:///path", "https://host/a b", 5]) {
      expect(parsed(Setting.url("u", { description }), raw)).toBe("fix: give a URL such as https://host/path")
    }
  })

  it("is a duration in seconds, as a number or as text, or with its unit", () => {
    const wait = Setting.duration("wait", { description })
    const millis = [2, "2", "2.5", 0.25, "30 seconds", "1 minute", "500 millis"].map((raw) => {
      const read = parsed(wait, raw)
      return Duration.isDuration(read) ? Duration.toMillis(read) : read
    })
    expect(millis).toEqual([2000, 2000, 2500, 250, 30_000, 60_000, 500])
    for (const raw of ["30s", "soon", "-1", -1, "-1 seconds", "Infinity", 0, "", true]) {
      expect(parsed(wait, raw)).toContain('fix: give seconds, such as 30, or a duration such as "30 seconds"')
    }
    expect(parsed(Setting.duration("wait", { description, minMillis: 0 }), 0)).toEqual(Duration.zero)
  })

  it("is a duration that can be read again from what is shown", () => {
    const wait = Setting.duration("wait", { description, minMillis: 0 })
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(1, 1000, 60_000, 3_600_000), (count, unit) => {
        const duration = Duration.millis(count * unit)
        const read = parsed(wait, durationText(duration))
        return Duration.isDuration(read) && Duration.equals(read, duration)
      })
    )
  })

  it("is redacted when it is a secret, and its text is trimmed", () => {
    const token = parsed(Setting.secret("token", { description }), "abc\n")
    expect(Redacted.isRedacted(token) && Redacted.value(token)).toBe("abc")
    expect(String(token)).toBe("<redacted>")
  })
})

describe("a near name", () => {
  it("is at most three letters or a third of the name away, and the nearest of them", () => {
    const names = ["retry.max_attempts", "retry.base_delay", "path"]
    expect(nearName("retry.max_attempt", names)).toBe("retry.max_attempts")
    expect(nearName("retry.maxAttempts", names)).toBe("retry.max_attempts")
    expect(nearName("retry.delay", names)).toBeUndefined()
    expect(nearName("retry.my_delay", names)).toBe("retry.base_delay")
    expect(nearName("pth", names)).toBe("path")
    expect(nearName("unheard.of", names)).toBeUndefined()
    expect(nearName("p", names)).toBe("path")
    expect(nearName("home", names)).toBeUndefined()
    expect(nearName("levels", ["level", "levelx"])).toBe("level")
  })
})
