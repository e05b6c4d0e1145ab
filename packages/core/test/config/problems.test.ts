import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Configuration from "../../src/config/Configuration.ts"
import * as Sources from "../../src/config/Sources.ts"
import { resolve } from "../../src/config/Validation.ts"
import { categoryOf } from "../../src/error/ErrorCategory.ts"
import { configured, denied, problemsOf } from "./support.ts"

const userFile = "/home/me/skippy.toml"

describe("validation", () => {
  it.effect("reports every kind of problem in one go, errors first, each with origin and fix", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf(
        {
          flags: { "http.concurrency": 0, "retry.max-atempts": 4, "github.timeout": "1 minute" },
          environment: {
            SKIPPY_RETRY_MAX_ATTEMPTS: "ten",
            SKIPPY_PATHS: "/tmp",
            SKIPPY_GOOGLE_DRIVE_MAX_ATTEMPTS: "11",
            SKIPPY_GITHUB_DEADLINE: "30",
            SKIPPY_HTTP_BASE_DELAY: "3 minutes",
            SKIPPY_PEXELS_CIRCUIT_BREAKER_TIMEOUT: "5",
            SKIPPY_ALERTS_EMAIL_TO: "me@example.org",
            UNRELATED: "x"
          },
          userFile
        },
        {
          "skippy.toml": [
            'path = "~/skippy"',
            "[retry]",
            "max_attempts = 2.5",
            "[pexels]",
            'api_key = "in-the-open"',
            "[completely.unheard]",
            "of = 1"
          ].join("\n"),
          [userFile]: "broken = = 1"
        }
      )
      expect(
        problems.map(({ key, origin, problem, severity, value }) => [severity, key, value, origin, problem])
      ).toEqual([
        ["error", userFile, "", userFile, "it is not TOML: Invalid value at line 1, column 11"],
        [
          "error",
          "retry.max-atempts",
          "<redacted>",
          "flag retry.max-atempts",
          "there is no such setting, so it does nothing"
        ],
        ["error", "path", '"~/skippy"', "skippy.toml: path", "it cannot be used"],
        ["error", "retry.max_attempts", '"ten"', "environment SKIPPY_RETRY_MAX_ATTEMPTS", "it cannot be used"],
        ["error", "http.concurrency", "0", "flag http.concurrency", "it cannot be used"],
        [
          "warning",
          "SKIPPY_PATHS",
          "<redacted>",
          "environment SKIPPY_PATHS",
          "there is no such variable, so it does nothing"
        ],
        [
          "warning",
          "completely.unheard.of",
          "<redacted>",
          "skippy.toml: completely.unheard.of",
          "there is no such setting, so it does nothing"
        ],
        [
          "warning",
          "retry.max_attempts",
          "2.5",
          "skippy.toml: retry.max_attempts",
          "it cannot be used, which harms nobody only while environment SKIPPY_RETRY_MAX_ATTEMPTS is stronger"
        ],
        [
          "warning",
          "pexels.api_key",
          "<redacted>",
          "skippy.toml: pexels.api_key",
          "it is a secret in the file of the project, and such files get committed"
        ],
        [
          "warning",
          "google-drive.max_attempts",
          "11",
          "environment SKIPPY_GOOGLE_DRIVE_MAX_ATTEMPTS",
          "what failed ten times will most likely fail again, and the load is multiplied"
        ],
        [
          "warning",
          "github.deadline",
          "30 seconds",
          "environment SKIPPY_GITHUB_DEADLINE",
          "the deadline of the whole call (30 seconds) is shorter than one attempt may take (1 minute)"
        ],
        [
          "warning",
          "pexels.circuit_breaker_timeout",
          "5 seconds",
          "environment SKIPPY_PEXELS_CIRCUIT_BREAKER_TIMEOUT",
          "the circuit is open for 5 seconds, shorter than one attempt may take (30 seconds), so it spares nobody"
        ],
        [
          "warning",
          "http.base_delay",
          "3 minutes",
          "environment SKIPPY_HTTP_BASE_DELAY",
          "the wait before the second attempt (3 minutes) uses up the deadline (2 minutes), so nothing is retried"
        ],
        [
          "warning",
          "alerts.email_to",
          "me@example.org",
          "environment SKIPPY_ALERTS_EMAIL_TO",
          "there is nobody who delivers the mail"
        ]
      ])
      const fixes = new Map(problems.map(({ fix, key }) => [key, fix]))
      expect(fixes.get("retry.max-atempts")).toBe('did you mean "retry.max_attempts"?')
      expect(fixes.get("SKIPPY_PATHS")).toBe('did you mean "SKIPPY_PATH"?')
      expect(fixes.get("completely.unheard.of")).toBe("check its spelling or remove it")
      expect(fixes.get("http.concurrency")).toBe("give a whole number of at least 1")
      expect(fixes.get("alerts.email_to")).toBe("set alerts.smtp_url too")
      expect(problems.every(({ fix }) => fix !== "")).toBe(true)
      const encoded = yield* Schema.encodeEffect(Schema.Array(Configuration.Problem))(problems)
      expect(JSON.parse(JSON.stringify(encoded))).toEqual(problems)
    })
  )

  it.effect("tells a general setting that makes no sense once, where it is set", () =>
    Effect.gen(function* () {
      const [problem, ...others] = yield* problemsOf({ environment: { SKIPPY_RETRY_MAX_ATTEMPTS: "11" } })
      expect(problem).toMatchObject({ severity: "warning", key: "retry.max_attempts" })
      expect(others).toEqual([])
      expect(yield* problemsOf({ environment: { SKIPPY_RETRY_MAX_ATTEMPTS: "10" } })).toEqual([])
    })
  )

  it.effect("suggests nothing for a variable that only begins like all others", () =>
    Effect.gen(function* () {
      const environment = { SKIPPY_PATHWAYS: "x", SKIPPY_GITHUB_TIMEOUTS: "1" }
      const problems = yield* problemsOf({ environment })
      expect(problems.map(({ fix }) => fix)).toEqual([
        "check its spelling or remove it",
        'did you mean "SKIPPY_GITHUB_TIMEOUT"?'
      ])
    })
  )

  it.effect("points at the value that was set when the other one is a default", () =>
    Effect.gen(function* () {
      expect(yield* problemsOf({ flags: { "github.timeout": "3 minutes" } })).toMatchObject([
        { key: "github.timeout", origin: "flag github.timeout" },
        { key: "github.timeout", origin: "flag github.timeout" }
      ])
      expect(yield* problemsOf({ flags: { "github.deadline": 5 } })).toMatchObject([
        { key: "github.deadline", origin: "flag github.deadline" }
      ])
      expect(yield* problemsOf({ flags: { "github.deadline": 5, "github.timeout": 5 } })).toEqual([])
    })
  )

  it("takes nothing weaker for a value that is wrong, and has no doubts about it", () => {
    const { problems, values } = resolve([
      Sources.ofFlags({ "github.timeout": "soon", "github.max_attempts": "many", "github.deadline": 5 }),
      Sources.ofEnvironment({ SKIPPY_GITHUB_TIMEOUT: "3", SKIPPY_RETRY_MAX_ATTEMPTS: "4" })
    ])
    expect(values.has("github.timeout")).toBe(false)
    expect(values.has("github.max_attempts")).toBe(false)
    expect(problems.map(({ key, severity }) => [severity, key])).toEqual([
      ["error", "github.max_attempts"],
      ["error", "github.timeout"]
    ])
  })

  it.effect("misses the addressee of a mail server", () =>
    Effect.gen(function* () {
      const smtp = { "alerts.smtp_url": "smtps://me:hunter2@mail.example.org:465" }
      expect(yield* problemsOf({ flags: smtp })).toMatchObject([
        { severity: "warning", key: "alerts.smtp_url", value: "<redacted>", fix: "set alerts.email_to too" }
      ])
      expect(yield* problemsOf({ flags: { ...smtp, "alerts.email_to": "a@b.org, c@d.org" } })).toEqual([])
    })
  )

  it.effect("says in which line and column a file is broken, and shows nothing of it", () =>
    Effect.gen(function* () {
      const toml = '[github]\n\ntoken = "s3cret" oops\ntimeout = 2\n'
      const [problem, ...others] = yield* problemsOf({}, { "skippy.toml": toml })
      expect(problem).toMatchObject({ severity: "error", origin: "skippy.toml", fix: "correct line 3, column 18" })
      expect(problem?.problem).toBe("it is not TOML: Expected the end of the line at line 3, column 18")
      expect(others).toEqual([])
    })
  )

  it.effect("does not show a secret that lacks its quotes", () =>
    Effect.gen(function* () {
      for (const toml of ["token = s3cret", "token = 2026-s3cret", 'token = "a\\s3cret"', "token = s3'cret"]) {
        const [problem] = yield* problemsOf({}, { "skippy.toml": `[github]\n${toml}` })
        expect(problem).toMatchObject({ severity: "error", fix: expect.stringContaining("correct line 2") })
        expect(JSON.stringify(problem)).not.toMatch(/s3|cret/)
      }
    })
  )

  it.effect("says when a file is there but may not be read", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({ userFile }, { [userFile]: denied })
      expect(problems).toMatchObject([{ severity: "error", origin: userFile }])
      expect(problems[0]?.problem).toContain("PermissionDenied")
    })
  )

  it.effect("shows lists and tables that should be values, and a table that is none", () =>
    Effect.gen(function* () {
      const toml = "retry = 3\nalerts.email_to = ['a@b.org']\notlp.endpoint.url = 'x'\npath = 2026-11-24T00:00:00Z\n"
      const problems = yield* problemsOf({}, { "skippy.toml": toml })
      expect(problems.map(({ key, severity }) => [severity, key])).toEqual([
        ["error", "path"],
        ["error", "alerts.email_to"],
        ["error", "otlp.endpoint"],
        ["warning", "retry"]
      ])
      expect(problems.map(({ value }) => value).slice(1)).toEqual(["a list", "a table", "<redacted>"])
    })
  )
})

describe("a wrong configuration", () => {
  const options = {
    flags: { "github.timeout": "soon" },
    environment: { SKIPPY_RETRY_MAX_ATTEMPTS: "0", SKIPPY_PATHS: "x" }
  }

  it.effect("stops the program with one error that names every error, with origin and fix", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(configured(options, { "skippy.toml": "retry.max_attempts = 5" }))
      expect(error).toBeInstanceOf(Configuration.ConfigurationError)
      expect(categoryOf(error)).toBe("invalid")
      expect(error.message.split("\n")).toEqual([
        "the configuration cannot work:",
        '  retry.max_attempts is "0" (environment SKIPPY_RETRY_MAX_ATTEMPTS): it cannot be used; give a whole number of at least 1',
        '  github.timeout is "soon" (flag github.timeout): it cannot be used; give seconds, such as 30, or a duration such as "30 seconds", at least 1 ms'
      ])
      expect(error.problems.map(({ severity }) => severity)).toEqual(["error", "error", "warning"])
    })
  )

  it.effect("is told by validate without failing, the same way", () =>
    Effect.gen(function* () {
      const { problems } = yield* Effect.flip(configured(options))
      expect(yield* problemsOf(options)).toEqual(problems)
    })
  )
})
