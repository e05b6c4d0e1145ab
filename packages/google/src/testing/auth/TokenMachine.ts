/**
 * Google's sign-in for emulators: the consent page, the token endpoint and revocation. An emulator asks it first, and it
 * answers what is its own.
 *
 * Tokens say themselves what they are good for, so another process with the same emulator accepts them; what was revoked
 * or used up is remembered in one process only.
 *
 * @example
 * ```ts
 * import { TokenMachine } from "@skippy/google/testing"
 *
 * const google = TokenMachine.make({ expiresIn: 60 })
 * const token = google.accessToken({ email: "ada@example.com" }, 0)
 * console.log(google.accountOf(token, 59_999)?.email, google.accountOf(token, 60_000))
 * ```
 *
 * ```text
 * ada@example.com undefined
 * ```
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorRequest } from "@skippy/http/testing"
import { Result } from "effect"
import * as Assertion from "./Assertion.ts"
import * as Clients from "./Clients.ts"
import * as Consent from "./Consent.ts"
import * as Sealed from "./Sealed.ts"
import { base64Url } from "../DigestsNode.ts"
import { defaults, type FixedToken, type Options } from "./TokenOptions.ts"
import * as Reply from "./TokenReply.ts"

export type { Client, FixedToken, Options, ServiceAccount } from "./TokenOptions.ts"

/** Whose token it is, and what it is good for. */
export interface Account {
  readonly email: string
  readonly scopes: ReadonlyArray<string>
}

/** What a token of a test is for. */
export interface Grant {
  /** Default: who signs in. */
  readonly email?: string | undefined
  /** Default: Drive and the Photos Picker. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** The client it was given to. Default: any. */
  readonly client?: string | undefined
}

/** Google's sign-in. */
export interface TokenMachine {
  /** Answers what is sent to `/o/oauth2/v2/auth`, `/token` and `/revoke`; `undefined` for everything else. */
  readonly handle: (request: EmulatorRequest, now: number) => EmulatorAnswer | undefined
  /** Whose access token it is at a moment; `undefined` when it is none, or not any more. */
  readonly accountOf: (token: string, now: number) => Account | undefined
  /** A refresh token, as somebody has who signed in at a moment. */
  readonly refreshToken: (grant?: Grant, now?: number) => string
  /** An access token that lives from a moment on. */
  readonly accessToken: (grant: Grant, now: number) => string
  /** Ends all tokens of the same consent, as the person can in the settings of the account. */
  readonly revoke: (token: string) => void
  /** How many access tokens were given out. */
  readonly issuedCount: () => number
}

const decoder = new TextDecoder()

const isOpen = (content: Sealed.Content | undefined, now: number): content is Sealed.Content =>
  content !== undefined && (content.expiresAt === undefined || content.expiresAt > now)

const codeMillis = 10 * 60_000

class Machine implements TokenMachine {
  private readonly options: Options
  private readonly ended = new Set<string>()
  private readonly usedUp = new Set<string>()
  private issued = 0
  private grants = 0

  constructor(options: Options) {
    this.options = options
  }

  readonly issuedCount = (): number => this.issued

  readonly handle = (request: EmulatorRequest, now: number): EmulatorAnswer | undefined => {
    const { method, url } = request
    switch (url.pathname) {
      case "/o/oauth2/v2/auth":
        return method === "GET" ? this.consent(url, now) : Reply.answer(405, {})
      case "/token":
        return method === "POST" ? this.token(request, now) : Reply.answer(405, {})
      case "/revoke":
        return method === "POST" ? this.revocation(request, now) : Reply.answer(405, {})
      default:
        return undefined
    }
  }

  readonly accountOf = (token: string, now: number): Account | undefined => {
    const tokens: ReadonlyArray<FixedToken> = this.options.tokens ?? defaults.tokens
    const fixed = tokens.find((each) => each.token === token)
    if (fixed !== undefined) return { email: fixed.email, scopes: fixed.scopes ?? defaults.scopes }
    const content = Sealed.open("access", token)
    return isOpen(content, now) && !this.ended.has(content.grant)
      ? { email: content.email, scopes: content.scopes }
      : undefined
  }

  readonly refreshToken = (grant: Grant = {}, now = 0): string =>
    Sealed.seal("refresh", { ...this.grantOf(grant, now), ...this.refreshEnd(now) })

  readonly accessToken = (grant: Grant, now: number): string => this.access(this.grantOf(grant, now), now)

  readonly revoke = (token: string): void => {
    const content = Sealed.open("access", token) ?? Sealed.open("refresh", token)
    if (content !== undefined) this.ended.add(content.grant)
  }

  private grantOf({ client, email = this.email, scopes = defaults.scopes }: Grant, now: number): Sealed.Content {
    return { email, scopes, grant: `${now}-${++this.grants}`, ...(client === undefined ? {} : { client }) }
  }

  private get email(): string {
    return this.options.email ?? defaults.email
  }

  private refreshEnd(now: number): { readonly expiresAt?: number } {
    const { refreshExpiresIn } = this.options
    return refreshExpiresIn === undefined ? {} : { expiresAt: now + refreshExpiresIn * 1000 }
  }

  private access({ email, grant, scopes }: Sealed.Content, now: number): string {
    const { expiresIn = defaults.expiresIn } = this.options
    this.issued++
    // A counter tells apart what is given out in one millisecond.
    return Sealed.seal("access", { email, scopes, grant, expiresAt: now + expiresIn * 1000, client: `${this.issued}` })
  }

  private granted(content: Sealed.Content, now: number, refreshToken: string | undefined): EmulatorAnswer {
    const { expiresIn = defaults.expiresIn, refreshExpiresIn } = this.options
    return Reply.answer(200, {
      access_token: this.access(content, now),
      expires_in: expiresIn,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      ...(refreshToken === undefined || refreshExpiresIn === undefined
        ? {}
        : { refresh_token_expires_in: refreshExpiresIn }),
      scope: content.scopes.join(" "),
      token_type: "Bearer"
    })
  }

  private consent(url: URL, now: number): EmulatorAnswer {
    const { clients, withheld = [] } = this.options
    const isKnown = (client: string) =>
      client !== "" && (clients === undefined || clients.some(({ id }) => id === client))
    return Consent.answer(url, isKnown, ({ challenge, client, redirectUri, scopes: asked }) => {
      const scopes = asked.filter((scope) => !withheld.includes(scope))
      if (scopes.length === 0) return undefined
      const code = Sealed.seal("code", {
        ...this.grantOf({ client, scopes }, now),
        redirectUri,
        ...(challenge === undefined ? {} : { challenge }),
        expiresAt: now + codeMillis
      })
      return { code, scopes }
    })
  }

  private token({ body, url }: EmulatorRequest, now: number): EmulatorAnswer {
    const form = new URLSearchParams(decoder.decode(body))
    const grantType = form.get("grant_type")
    switch (grantType) {
      case "refresh_token":
        return Clients.refusalOf(form, this.options.clients) ?? this.refresh(form, now)
      case "authorization_code":
        return Clients.refusalOf(form, this.options.clients) ?? this.exchange(form, now)
      case "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return this.assertion(form, url, now)
      case null:
        return Reply.missing("grant_type")
      default:
        return Reply.refuse(400, "unsupported_grant_type", `Invalid grant_type: ${grantType}`)
    }
  }

  private refresh(form: URLSearchParams, now: number): EmulatorAnswer {
    const text = form.get("refresh_token")
    if (text === null) return Reply.missing("refresh_token")
    const content = Sealed.open("refresh", text)
    if (!isOpen(content, now) || this.ended.has(content.grant) || this.usedUp.has(text)) return Reply.revoked
    if (content.client !== undefined && content.client !== form.get("client_id"))
      return Reply.refuse(401, "unauthorized_client", "Unauthorized")
    if (this.options.rotates !== true) return this.granted(content, now, undefined)
    this.usedUp.add(text)
    return this.granted(content, now, Sealed.seal("refresh", { ...content, round: (content.round ?? 0) + 1 }))
  }

  private exchange(form: URLSearchParams, now: number): EmulatorAnswer {
    const text = form.get("code")
    if (text === null) return Reply.missing("code")
    const content = Sealed.open("code", text)
    if (content === undefined) return Reply.invalidGrant("Malformed auth code.")
    if (!isOpen(content, now) || this.usedUp.has(text)) return Reply.invalidGrant("Bad Request")
    if (content.client !== form.get("client_id")) return Reply.refuse(401, "unauthorized_client", "Unauthorized")
    if (content.redirectUri !== form.get("redirect_uri"))
      return Reply.refuse(400, "redirect_uri_mismatch", "Bad Request")
    if (content.challenge !== undefined) {
      const verifier = form.get("code_verifier")
      if (verifier === null) return Reply.invalidGrant("Missing code verifier.")
      if (base64Url("sha256", verifier) !== content.challenge) return Reply.invalidGrant("Invalid code verifier.")
    }
    this.usedUp.add(text)
    const { client, email, grant, scopes } = content
    const kept = { email, grant, scopes, ...(client === undefined ? {} : { client }) }
    return this.granted(content, now, Sealed.seal("refresh", { ...kept, ...this.refreshEnd(now) }))
  }

  private assertion(form: URLSearchParams, url: URL, now: number): EmulatorAnswer {
    const text = form.get("assertion")
    if (text === null) return Reply.missing("assertion")
    const audience = `${url.origin}/token`
    const judged = Assertion.judge(text, { accounts: this.options.serviceAccounts, audience, now })
    return Result.isFailure(judged)
      ? judged.failure
      : this.granted({ ...judged.success, grant: `${now}-${++this.grants}` }, now, undefined)
  }

  private revocation({ body, url }: EmulatorRequest, now: number): EmulatorAnswer {
    const token = new URLSearchParams(decoder.decode(body)).get("token") ?? url.searchParams.get("token")
    if (token === null) return Reply.missing("token")
    const content = Sealed.open("access", token) ?? Sealed.open("refresh", token)
    if (!isOpen(content, now) || this.ended.has(content.grant))
      return Reply.refuse(400, "invalid_token", "Token expired or revoked")
    this.ended.add(content.grant)
    return Reply.answer(200, {})
  }
}

/** Makes the sign-in of an emulator. */
export const make = (options: Options = {}): TokenMachine => new Machine(options)
