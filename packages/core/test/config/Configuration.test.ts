import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Context, Duration, Effect, FileSystem, Layer, Redacted } from "effect"
import * as Configuration from "../../src/config/Configuration.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import { configured, files, problemsOf } from "./support.ts"

const userFile = "/home/me/.config/skippy.toml"

describe("the configuration", () => {
  it.effect("is complete without any source", () =>
    Effect.gen(function* () {
      const configuration = yield* configured({})
      expect(configuration.path).toBe(".skippy")
      expect(configuration.get("retry.max_attempts")).toBe(3)
      expect(configuration.get("retry.base_delay")).toEqual(Duration.seconds(1))
      expect(configuration.get("circuit_breaker.timeout")).toBeUndefined()
      expect(configuration.get("github.token")).toBeUndefined()
      expect(configuration.get("alerts.level")).toBe("WARNING")
      expect(configuration.services).toEqual({})
      expect(configuration.problems).toEqual([])
    })
  )

  it.effect("takes each value from the strongest source and says which", () =>
    Effect.gen(function* () {
      const key = "github.timeout"
      const environment = { SKIPPY_GITHUB_TIMEOUT: "2" }
      const texts = { "skippy.toml": "[github]\ntimeout = 3", [userFile]: "github.timeout = '4 seconds'" }
      const all = { flags: { [key]: "1" }, environment, userFile }
      const seen = (options: Configuration.Options, texts: Readonly<Record<string, string>>) =>
        Effect.map(configured({ userFile, ...options }, texts), ({ get, list }) => [
          Duration.toSeconds(get(key) ?? 0),
          list.find(({ setting }) => setting.key === key)?.value,
          list.find(({ setting }) => setting.key === key)?.origin
        ])
      expect(yield* seen(all, texts)).toEqual([1, "1 second", "flag github.timeout"])
      expect(yield* seen({ environment }, texts)).toEqual([2, "2 seconds", "environment SKIPPY_GITHUB_TIMEOUT"])
      expect(yield* seen({}, texts)).toEqual([3, "3 seconds", "skippy.toml: github.timeout"])
      const user = { [userFile]: texts[userFile]! }
      expect(yield* seen({}, user)).toEqual([4, "4 seconds", `${userFile}: github.timeout`])
      expect(yield* seen({}, {})).toEqual([30, "30 seconds", "default"])
    })
  )

  it.effect("reads the four documented variables, delays and timeouts in seconds", () =>
    Effect.gen(function* () {
      const { get, path } = yield* configured({
        environment: {
          SKIPPY_PATH: "/var/skippy",
          SKIPPY_RETRY_MAX_ATTEMPTS: "5",
          SKIPPY_RETRY_BASE_DELAY: "1.5",
          SKIPPY_CIRCUIT_BREAKER_TIMEOUT: "90"
        }
      })
      expect([path, get("retry.max_attempts")]).toEqual(["/var/skippy", 5])
      expect(get("retry.base_delay")).toEqual(Duration.millis(1500))
      expect(get("circuit_breaker.timeout")).toEqual(Duration.seconds(90))
      expect(get("google-drive.max_attempts")).toBe(5)
      expect(get("google-drive.circuit_breaker_timeout")).toEqual(Duration.seconds(90))
    })
  )

  it.effect("says what happens while a shared store is away", () =>
    Effect.gen(function* () {
      const { store } = yield* configured({})
      expect(store).toEqual({ whenAway: "local", timeout: Duration.millis(250) })
      const environment = { SKIPPY_STORE_WHEN_AWAY: "refuse", SKIPPY_STORE_TIMEOUT: "0.1" }
      const set = yield* configured({ environment })
      expect(set.store).toEqual({ whenAway: "refuse", timeout: Duration.millis(100) })
      const problems = yield* problemsOf({ environment: { SKIPPY_STORE_WHEN_AWAY: "maybe" } })
      expect(problems.map(({ key }) => key)).toEqual(["store.when_away"])
    })
  )

  it.effect("takes durations and hidden values of a command line as they are", () =>
    Effect.gen(function* () {
      const flags = { "github.timeout": Duration.seconds(7), "github.token": Redacted.make("abc"), path: undefined }
      const { get, path } = yield* configured({ flags })
      expect(get("github.timeout")).toEqual(Duration.seconds(7))
      expect(get("github.token")).toEqual(Redacted.make("abc"))
      expect(path).toBe(".skippy")
    })
  )

  it.effect("reads both spellings of a service's table", () =>
    Effect.gen(function* () {
      for (const table of ["google-drive", "google_drive"]) {
        const { get } = yield* configured({}, { "skippy.toml": `[${table}]\nrate_limit = 7` })
        expect(get("google-drive.rate_limit")).toBe(7)
      }
      const both = "[google-drive]\nrate_limit = 7\n[google_drive]\nrate_limit = 8"
      const [problem] = yield* problemsOf({}, { "skippy.toml": both })
      expect(problem).toMatchObject({
        severity: "error",
        origin: "skippy.toml: google_drive.rate_limit",
        problem: "it is given a second time, after google-drive.rate_limit"
      })
    })
  )

  it.effect("reads the environment through the current ConfigProvider, and finds unknown variables there too", () =>
    Effect.gen(function* () {
      const env = {
        SKIPPY_RETRY_MAX_ATTEMPTS: "4",
        SKIPPY_HTTP_CONCURENCY: "4",
        SKIPPY_LOG_LEVEL: "debug",
        HOME: "/home/me"
      }
      const provider = ConfigProvider.fromEnv({ env })
      const layer = Layer.provide(Configuration.layer(), files({}))
      const { get, problems } = yield* Effect.service(Configuration.Configuration).pipe(
        Effect.provide(layer),
        Effect.provideService(ConfigProvider.ConfigProvider, provider)
      )
      expect(get("retry.max_attempts")).toBe(4)
      expect(problems.map(({ key, fix }) => [key, fix])).toEqual([
        ["SKIPPY_HTTP_CONCURENCY", 'did you mean "SKIPPY_HTTP_CONCURRENCY"?']
      ])
    })
  )

  it.effect("says so when the ConfigProvider cannot be asked", () =>
    Effect.gen(function* () {
      const provider = ConfigProvider.make(() =>
        Effect.fail(new ConfigProvider.SourceError({ message: "vault sealed" }))
      )
      const problems = yield* Effect.provide(Configuration.validate(), files({})).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, provider)
      )
      expect(problems).toMatchObject([{ severity: "error", problem: "it cannot be read: vault sealed" }])
    })
  )

  it.effect("takes an empty variable as not set", () =>
    Effect.gen(function* () {
      const { path, problems } = yield* configured({ environment: { SKIPPY_PATH: "", SKIPPY_NONSENSE: undefined } })
      expect([path, problems]).toEqual([".skippy", []])
    })
  )

  it.effect("reads real files, and minds neither a missing one nor the order of tables", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const projectFile = `${folder}/skippy.toml`
        yield* fs.writeFileString(projectFile, 'path = "here"\n[alerts]\nlevel = "error"\n')
        const layer = Configuration.layer({ environment: {}, projectFile, userFile: `${folder}/missing.toml` })
        const context = yield* Layer.build(layer)
        const { get } = Context.get(context, Configuration.Configuration)
        expect([get("path"), get("alerts.level")]).toEqual(["here", "ERROR"])

        const problems = yield* Configuration.validate({ environment: {}, projectFile: folder })
        expect(problems).toMatchObject([{ severity: "error", origin: folder }])
      })
    ).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

const describeWith = (options: Configuration.Options, service: string) =>
  Effect.gen(function* () {
    const { services } = yield* configured(options)
    const describe = Effect.flatMap(Resilience, (resilience) => resilience.describe(service))
    const text = yield* Effect.provide(describe, Resilience.layer({ services }))
    return { services, text }
  })

describe("the configuration of services", () => {
  it.effect("changes every policy it names, and leaves the rest to the catalog", () =>
    Effect.gen(function* () {
      const flags = {
        "google-drive.rate_limit": 7,
        "google-drive.rate_period": "10 seconds",
        "google-drive.failure_threshold": 9,
        "google-drive.success_threshold": 4,
        "google-drive.circuit_breaker_timeout": 45,
        "google-drive.max_attempts": 6,
        "google-drive.base_delay": 0.5,
        "google-drive.timeout": 11,
        "google-drive.deadline": 77,
        "google-drive.concurrency": 3,
        "google-drive.cache_ttl": "5 minutes"
      }
      const { text } = yield* describeWith({ flags }, "google-drive")
      expect(text).toContain("7 per 10s (slidingWindow), waits up to 30s, 1000 callers in line")
      expect(text).toContain("opens after 9 failures in a row for 45s")
      expect(text).toContain("closes after 4 successes")
      expect(text).toContain("6 attempts, 500ms × 2 up to 1m")
      expect(text).toContain("11s for an attempt")
      expect(text).toContain("1m 17s for the whole call")
      expect(text).toContain("3 at the same time, 100 in line")
      expect(text).toContain("fresh for 5m, 1d stale when the service fails")
    })
  )

  it.effect("keeps the period of the catalog when only the rate is set", () =>
    Effect.gen(function* () {
      const { text } = yield* describeWith({ flags: { "pexels.rate_limit": 20 } }, "pexels")
      expect(text).toContain("20 per 1h (slidingWindow)")
    })
  )

  it.effect("gives every service the general settings, but not those that set their own", () =>
    Effect.gen(function* () {
      const environment = {
        SKIPPY_RETRY_MAX_ATTEMPTS: "4",
        SKIPPY_RETRY_BASE_DELAY: "2",
        SKIPPY_CIRCUIT_BREAKER_TIMEOUT: "33",
        SKIPPY_GITHUB_MAX_ATTEMPTS: "2",
        SKIPPY_GITHUB_CIRCUIT_BREAKER_TIMEOUT: "44"
      }
      const github = yield* describeWith({ environment }, "github")
      expect(github.text).toContain("2 attempts, 2s × 2")
      expect(github.text).toContain("failures in a row for 44s")
      for (const service of ["google-drive", "google-photos", "pexels", "http"]) {
        const { text } = yield* describeWith({ environment }, service)
        expect(text).toContain("4 attempts, 2s × 2")
        expect(text).toContain("failures in a row for 33s")
      }
    })
  )

  it.effect("does not cut a first wait that is longer than the longest of the catalog", () =>
    Effect.gen(function* () {
      const flags = { "http.base_delay": "90 seconds", "http.deadline": "10 minutes" }
      const { text } = yield* describeWith({ flags }, "http")
      expect(text).toContain("1m 30s × 2 up to 1m 30s")
    })
  )

  it.effect("names only the services and options somebody set", () =>
    Effect.gen(function* () {
      const { services } = yield* describeWith({ flags: { "http.max_attempts": 2 } }, "http")
      expect(services).toEqual({ http: { retry: { maxAttempts: 2 } } })
    })
  )
})
