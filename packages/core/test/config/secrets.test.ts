import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted } from "effect"
import { configured, problemsOf } from "./support.ts"

const userFile = "/home/me/skippy.toml"

describe("a secret", () => {
  const hidden = "hunter2"
  const secrets = {
    "github.token": `token-${hidden}`,
    "pexels.api_key": `key-${hidden}`,
    "alerts.webhook_url": `https://hooks.example.org/${hidden}`,
    "alerts.slack_url": `https://hooks.slack.example.org/${hidden}`,
    "alerts.smtp_url": `smtps://me:${hidden}@mail.example.org`,
    "alerts.email_to": "me@example.org",
    "otlp.endpoint": `https://me:${hidden}@otlp.example.org/v1`
  } as const

  const everyView = (value: unknown) => [
    JSON.stringify(value),
    String(value),
    inspect(value, { depth: 20, showHidden: true }),
    value instanceof Error ? `${value.message}\n${value.stack}` : ""
  ]

  it.effect("can be used, but is seen nowhere", () =>
    Effect.gen(function* () {
      const { list, ...configuration } = yield* configured({ flags: secrets })
      const token = configuration.get("github.token")
      expect(token && Redacted.value(token)).toBe(secrets["github.token"])
      const views = [list, configuration, token, configuration.problems].flatMap(everyView)
      expect(views.filter((view) => view?.includes(hidden))).toEqual([])
      expect(list.filter(({ value }) => value === "<redacted>").map(({ setting }) => setting.key)).toEqual([
        "github.token",
        "pexels.api_key",
        "alerts.webhook_url",
        "alerts.slack_url",
        "alerts.smtp_url"
      ])
      expect(list.find(({ setting }) => setting.key === "otlp.endpoint")?.value).toBe(
        "https://<redacted>@otlp.example.org/v1"
      )
    })
  )

  it.effect("is not seen either when it is wrong, misspelled, twice, or in a broken file", () =>
    Effect.gen(function* () {
      const toml = `[github]\ntoken = ["${hidden}"]\n[pexels]\napi_key = "${hidden}"\napi-key = "${hidden}"\n`
      const options = {
        flags: {
          "github.tokn": hidden,
          "alerts.webhook_url": hidden,
          "alerts.slack_url": `ftp://${hidden}`,
          "alerts.smtp_url": `smtp//me:${hidden}@host`,
          "otlp.endpoint": `ftp://me:/${hidden}@host`
        },
        environment: { SKIPPY_GITHUB_TOKN: hidden },
        userFile
      }
      const texts = { "skippy.toml": toml, [userFile]: `github.token = "${hidden}` }
      const problems = yield* problemsOf(options, texts)
      expect(problems.filter(({ severity }) => severity === "error").length).toBe(8)
      const exit = yield* Effect.exit(configured(options, texts))
      const cause = Exit.isFailure(exit) ? exit.cause : Cause.empty
      const views = [problems, cause, Cause.pretty(cause), Cause.squash(cause)].flatMap(everyView)
      expect(views.filter((view) => view?.includes(hidden))).toEqual([])
    })
  )
})
