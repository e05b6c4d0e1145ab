/**
 * The error for a URL that is not called.
 *
 * @module
 */
import { Predicate, Schema } from "effect"
import { hostKinds } from "./AddressKind.ts"

const described: Readonly<Record<(typeof hostKinds)[number], string>> = {
  loopback: "of this machine (loopback)",
  private: "of a private network",
  linkLocal: "of the local link only",
  metadata: "of a cloud's metadata service",
  shared: "of a provider's shared network (100.64.0.0/10)",
  unspecified: "of no particular machine (unspecified)",
  broadcast: "of everybody (broadcast)",
  multicast: "of a group (multicast)",
  reserved: "reserved, not of a public service"
}

/**
 * A URL that is not called, because it is none, or because its host is not public and not allowed. Nothing was sent.
 *
 * - `invalidUrl`: it is not an absolute URL.
 * - `scheme`: it is neither http nor https.
 * - `credentials`: it has a user name or a password in it.
 * - `name`: its host is a name of this machine, of a private network or of a metadata service.
 * - `address`: its host is an address that is not public, or a name that resolves to one.
 *
 * Of the URL it holds the host only: paths, queries and user names may be secrets.
 */
export class UrlRefusedError extends Schema.TaggedError<UrlRefusedError>()("UrlRefusedError", {
  field: Schema.Literal("url"),
  reason: Schema.Literals(["invalidUrl", "scheme", "credentials", "address", "name"]),
  /** When it is one of the common ones; another may be a secret that was pasted. */
  scheme: Schema.optionalKey(Schema.String),
  host: Schema.optionalKey(Schema.String),
  /** What the host is, or resolves to. */
  address: Schema.optionalKey(Schema.String),
  /** Why the host is not public. */
  kind: Schema.optionalKey(Schema.Literals(hostKinds)),
  /** Scheme, host, port and path of who redirected to it, when it is not the URL that was given. */
  redirectedFrom: Schema.optionalKey(Schema.String)
}) {
  readonly category = "invalid"
  readonly retryable = false
  /** Nothing was sent. */
  readonly delivered = false

  override get message(): string {
    const from = this.redirectedFrom === undefined ? "" : ` (redirected by ${this.redirectedFrom})`
    return `${this.field}: ${this.what()}${from}`
  }

  private what(): string {
    const { address, host = "", kind = "reserved", scheme } = this
    const allow = `give a public one, or allow it with allow: ["${host}"]`
    switch (this.reason) {
      case "invalidUrl":
        return 'this is not a URL; give an absolute one, such as "https://example.com/"'
      case "scheme":
        return `${scheme === undefined ? "this scheme" : `scheme "${scheme}"`} is not supported; give an http or https URL`
      case "credentials":
        return `a user name or password in the URL of ${host} is not sent; remove it and give an authorization header instead`
      case "name":
        return `${host} is a name ${described[kind]}; ${allow}`
      case "address":
        return address === host
          ? `${host} is an address ${described[kind]}; ${allow}`
          : `${host} resolves to ${address}, an address ${described[kind]}; ${allow}`
    }
  }
}

/**
 * The refusal inside an error: itself, or among its causes, where a transport puts it. `undefined` when there is none.
 */
export const refusalOf = (error: unknown): UrlRefusedError | undefined => {
  // A set goes on with what is added while it is walked, and ends where causes form a circle.
  const errors = new Set([error])
  for (const one of errors) {
    if (one instanceof UrlRefusedError) return one
    if (Predicate.hasProperty(one, "cause")) errors.add(one.cause)
    if (Predicate.hasProperty(one, "errors") && Array.isArray(one.errors))
      one.errors.forEach((each) => errors.add(each))
  }
  return undefined
}
