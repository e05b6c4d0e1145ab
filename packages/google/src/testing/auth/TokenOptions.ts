/**
 * Whom the token endpoint of the emulators knows.
 *
 * @module
 */
import type { PublicKey } from "../DigestsNode.ts"

/** A token that is good for ever. */
export interface FixedToken {
  readonly token: string
  readonly email: string
  /** Default: Drive and the Photos Picker. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

/** A client people sign in with. */
export interface Client {
  readonly id: string
  /** Default: none, and none is asked for. */
  readonly secret?: string | undefined
}

/** A service account. */
export interface ServiceAccount {
  readonly email: string
  /** What its assertions are signed with. Default: signatures are not looked at. */
  readonly key?: PublicKey | undefined
  /** Whose data it may act on (domain-wide delegation). Default: nobody's. */
  readonly subjects?: ReadonlyArray<string> | undefined
  /** What it may ask for. Default: everything. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

/** Options of the token endpoint. */
export interface Options {
  /** Tokens that are good for ever. Default: `token-of-a-test` of `tester@example.com`. */
  readonly tokens?: ReadonlyArray<FixedToken> | undefined
  /** Who signs in at the consent page and says yes. Default `tester@example.com`. */
  readonly email?: string | undefined
  /** Scopes the person does not grant at the consent page. Default: none. */
  readonly withheld?: ReadonlyArray<string> | undefined
  /** Default: every client, whatever its secret. */
  readonly clients?: ReadonlyArray<Client> | undefined
  /** Default: every service account, whatever the signature, and any subject. */
  readonly serviceAccounts?: ReadonlyArray<ServiceAccount> | undefined
  /** How long access tokens live, in seconds. Default 3599, as Google says. */
  readonly expiresIn?: number | undefined
  /** How long refresh tokens live, in seconds: 7 days for an app in testing. Default: for ever. */
  readonly refreshExpiresIn?: number | undefined
  /** Whether using a refresh token gives another and ends the old one. Google does not; others do. Default `false`. */
  readonly rotates?: boolean | undefined
}

const tester = { token: "token-of-a-test", email: "tester@example.com" }

/** The defaults, in one place. */
export const defaults = {
  tokens: [tester],
  email: tester.email,
  expiresIn: 3599,
  scopes: ["https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"]
} as const
