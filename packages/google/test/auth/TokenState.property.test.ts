/** The state machine of a token does what a model does that keeps everything that ever happened and thinks anew. */
import { describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as fc from "fast-check"
import { expect } from "vitest"
import * as AuthError from "../../src/auth/AuthError.ts"
import * as TokenState from "../../src/auth/TokenState.ts"
import type { AccessToken } from "../../src/auth/TokenProvider.ts"

type Step =
  | { readonly _tag: "ask" }
  | { readonly _tag: "reject"; readonly back: number }
  | { readonly _tag: "leave" }
  | { readonly _tag: "renewed"; readonly life: number | undefined }
  | { readonly _tag: "failed"; readonly reason: "signInAgain" | "unavailable" }
  | { readonly _tag: "pass"; readonly millis: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ _tag: "ask" } as const) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("reject" as const), back: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.constant({ _tag: "leave" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("renewed" as const),
      life: fc.constantFrom(undefined, 0, 1000, 60_000, 600_000, 3_600_000)
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      _tag: fc.constant("failed" as const),
      reason: fc.constantFrom("signInAgain" as const, "unavailable" as const)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      _tag: fc.constant("pass" as const),
      millis: fc.constantFrom(1, 999, 9999, 10_000, 29_999, 300_000, 3_299_999)
    })
  }
)

const errorOf = (reason: "signInAgain" | "unavailable") =>
  AuthError.make({ reason, category: reason === "signInAgain" ? "auth" : "transient", fix: "wait" })

/** What happened to tokens and renewals, as it came. */
type Event =
  | { readonly _tag: "begun"; readonly flight: number; readonly early: boolean; readonly at: number }
  | { readonly _tag: "joined" | "left"; readonly flight: number; readonly at: number }
  | {
      readonly _tag: "over"
      readonly flight: number
      readonly at: number
      readonly token?: AccessToken
      readonly error?: AuthError.AuthError
    }
  | { readonly _tag: "rejected"; readonly token: AccessToken; readonly at: number }

/** Answers from the whole history, without keeping anything but it. */
class Model {
  readonly events: Array<Event> = []

  private present(): Extract<Event, { _tag: "over" }> | undefined {
    return this.events.findLast((event) => event._tag === "over" && event.token !== undefined) as never
  }

  running(): { readonly flight: number; readonly waiters: number; readonly early: boolean } | undefined {
    const begun = this.events.findLast((event) => event._tag === "begun")
    if (begun?._tag !== "begun" || this.events.some((event) => event._tag === "over" && event.flight === begun.flight))
      return undefined
    const of = (tag: "joined" | "left") =>
      this.events.filter((event) => event._tag === tag && event.flight === begun.flight).length
    const waiters = of("joined") - of("left")
    return waiters === 0 && !begun.early ? undefined : { flight: begun.flight, waiters, early: begun.early }
  }

  ask(now: number): TokenState.Decision {
    const running = this.running()
    const present = this.present()
    const token = present?.token
    const wasRejected = this.events.some((event) => event._tag === "rejected" && event.token === token)
    const isOver = (event: Event | undefined) => event?._tag === "over"
    const last = this.events.findLast(isOver) as Extract<Event, { _tag: "over" }> | undefined
    const flight = this.events.filter(({ _tag }) => _tag === "begun").length + 1
    if (token !== undefined && present !== undefined && !wasRejected) {
      const life = token.expiresAt === undefined ? Infinity : token.expiresAt - present.at
      const age = now - present.at
      if (life === Infinity) return { _tag: "Use", token, start: undefined }
      if (age < life - Math.min(30_000, life / 10)) {
        const isDue = age >= Math.max(life - 300_000, life / 2)
        const paused = last?.error !== undefined && now < last.at + 10_000
        const starts = isDue && running === undefined && !paused
        if (starts) this.events.push({ _tag: "begun", flight, early: true, at: now })
        return { _tag: "Use", token, start: starts ? flight : undefined }
      }
    }
    if (running !== undefined) {
      this.events.push({ _tag: "joined", flight: running.flight, at: now })
      return { _tag: "Wait", flight: running.flight, isNew: false }
    }
    if (last?.error?.reason === "signInAgain" && now < last.at + 10_000) return { _tag: "Refuse", error: last.error }
    this.events.push({ _tag: "begun", flight, early: false, at: now }, { _tag: "joined", flight, at: now })
    return { _tag: "Wait", flight, isNew: true }
  }

  reject(token: AccessToken, now: number): TokenState.Decision {
    const isKept = this.events.some((event) => event._tag === "rejected" && now < event.at + 10_000)
    if (this.present()?.token === token && !isKept) this.events.push({ _tag: "rejected", token, at: now })
    return this.ask(now)
  }
}

describe("a token", () => {
  it("is used, renewed and refused as the whole history demands", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new Model()
        const tokens: Array<AccessToken> = []
        let state = TokenState.initial
        let now = 1_700_000_000_000
        for (const each of steps) {
          switch (each._tag) {
            case "ask": {
              const [decision, next] = TokenState.ask(state, now)
              state = next
              expect(decision).toEqual(model.ask(now))
              break
            }
            case "reject": {
              const token = tokens.at(-1 - each.back)
              if (token === undefined) break
              const [decision, next] = TokenState.reject(state, token, now)
              state = next
              expect(decision).toEqual(model.reject(token, now))
              break
            }
            case "leave": {
              const running = model.running()
              if (running === undefined || running.waiters === 0) break
              model.events.push({ _tag: "left", flight: running.flight, at: now })
              const [ends, next] = TokenState.leave(state, running.flight)
              state = next
              expect(ends).toBe(model.running() === undefined)
              break
            }
            case "renewed": {
              const running = model.running()
              if (running === undefined) break
              const expiresAt = each.life === undefined ? undefined : now + each.life
              const token = { value: Redacted.make(`token-${tokens.length}`), expiresAt }
              tokens.push(token)
              model.events.push({ _tag: "over", flight: running.flight, at: now, token })
              state = TokenState.settle(state, running.flight, { _tag: "Renewed", token }, now)
              break
            }
            case "failed": {
              const running = model.running()
              if (running === undefined) break
              const error = errorOf(each.reason)
              model.events.push({ _tag: "over", flight: running.flight, at: now, error })
              state = TokenState.settle(state, running.flight, { _tag: "Failed", error }, now)
              break
            }
            case "pass":
              now += each.millis
          }
        }
      }),
      { numRuns: 1000 }
    )
  })

  it("of a renewal that was given up is not kept", () => {
    const [asked, waiting] = TokenState.ask(TokenState.initial, 0)
    if (asked._tag !== "Wait") throw new Error("somebody has to wait")
    const [ends, left] = TokenState.leave(waiting, asked.flight)
    expect(ends).toBe(true)
    const token = { value: Redacted.make("late"), expiresAt: undefined }
    expect(TokenState.settle(left, asked.flight, { _tag: "Renewed", token }, 1)).toBe(left)
  })

  it("that lives an hour is renewed from five minutes before its end, and one of four minutes from the middle", () => {
    const dueAfter = (life: number) => {
      const [asked, waiting] = TokenState.ask(TokenState.initial, 0)
      if (asked._tag !== "Wait") throw new Error("somebody has to wait")
      const token = { value: Redacted.make("token"), expiresAt: life }
      const held = TokenState.settle(waiting, asked.flight, { _tag: "Renewed", token }, 0)
      const isDue = (at: number) => {
        const [decision] = TokenState.ask(held, at)
        return decision._tag === "Use" && decision.start !== undefined
      }
      return Array.from({ length: life / 1000 }, (_, second) => second * 1000).find(isDue)
    }
    expect(dueAfter(3_600_000)).toBe(3_300_000)
    expect(dueAfter(240_000)).toBe(120_000)
  })
})
