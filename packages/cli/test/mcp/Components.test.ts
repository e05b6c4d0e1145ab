import type { Configuration, Health } from "@skippy/core"
import { AuthError } from "@skippy/google"
import { ConfigProvider, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { componentsOf } from "../../src/mcp/Components.ts"
import type { World } from "../../src/command/World.ts"
import { world } from "./tools/support.ts"

const fine: Health.HealthNode = {
  name: "overall",
  status: "ok",
  durationMs: 1,
  children: [
    {
      name: "system",
      status: "ok",
      durationMs: 1,
      children: [{ name: "system/disk", status: "ok", durationMs: 1, details: { "/": 20 }, children: [] }]
    }
  ]
}

const list = [{ setting: { key: "pexels.api_key" }, value: "<redacted>", origin: "environment SKIPPY_PEXELS_API_KEY" }]

/** Health with what is known of credentials: a key of Pexels, none of GitHub. */
const found = (tokens: World["Service"]["tokens"]) =>
  componentsOf(
    world({
      health: Effect.succeed(fine),
      configuration: Effect.succeed({ list } as unknown as Configuration.Shape),
      tokens
    })
  ).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({}))))

const refused = (reason: AuthError["reason"]) =>
  Effect.fail(new AuthError({ reason, category: "auth", fix: "sign in again" }))

describe("health, component by component", () => {
  it("is no worse for credentials that are missing: not everybody needs all", async () => {
    const { components, recommendations, status } = await Effect.runPromise(found(refused("noCredentials")))
    expect(status).toBe("ok")
    expect(components).toEqual([
      { name: "system/disk", status: "ok", details: { "/": 20 } },
      { name: "credentials/google", status: "missing", reason: "sign in: skippy auth login" },
      { name: "credentials/github", status: "missing", reason: expect.stringContaining("SKIPPY_GITHUB_TOKEN") },
      { name: "credentials/pexels", status: "ok", reason: "environment SKIPPY_PEXELS_API_KEY" }
    ])
    expect(recommendations).toEqual([])
  })

  it("is worse for credentials that are not accepted, and says what to do", async () => {
    const { recommendations, status } = await Effect.runPromise(found(refused("signInAgain")))
    expect(status).toBe("degraded")
    expect(recommendations).toEqual([expect.stringMatching(/^credentials\/google: .*sign in again$/)])
  })

  it("does not wait for Google longer than for any check", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(found(Effect.never))
        yield* TestClock.adjust("5 seconds")
        const { components, status } = yield* Fiber.join(fiber)
        expect(status).toBe("degraded")
        expect(components.at(-1)).toMatchObject({
          name: "credentials",
          reason: "Google did not answer within 5 seconds"
        })
      }).pipe(Effect.provide(TestClock.layer()))
    ))
})
