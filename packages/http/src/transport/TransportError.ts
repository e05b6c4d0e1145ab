/**
 * What can be wrong with the transport itself, apart from single requests.
 *
 * @module
 */
import { Schema } from "effect"

/** A setting of the transport cannot work. It fails where the transport is built. */
export class TransportConfigError extends Schema.TaggedError<TransportConfigError>()("TransportConfigError", {
  /** The variable, such as `SKIPPY_CA_FILE`, or the option, such as `ca`. */
  setting: Schema.String,
  problem: Schema.String,
  fix: Schema.String
}) {
  readonly category = "invalid"

  override get message(): string {
    return `${this.setting}: ${this.problem}; ${this.fix}`
  }
}

/** There is no Node transport on this runtime. */
export class TransportUnavailableError extends Schema.TaggedError<TransportUnavailableError>()(
  "TransportUnavailableError",
  { cause: Schema.Defect() }
) {
  readonly category = "invalid"

  override get message(): string {
    return "this runtime cannot load the Node transport; install @effect/platform-node, or give an HttpClient of your own, such as FetchHttpClient.layer of effect/http, to layerNoDeps"
  }
}

const proxyProblem = (status: number | undefined): string => {
  if (status === undefined) return "cannot be used; check its address, in HTTPS_PROXY or HTTP_PROXY, and the network"
  return status === 407
    ? "asks for a user name and password (status 407); give them in its URL, as in http://user:password@host:port"
    : `did not open a tunnel (status ${status}); ask who runs it whether it allows this host`
}

/**
 * The proxy did not let a request through, so that nothing reached the service. It is the `cause` of the client's
 * `TransportError`.
 */
export class ProxyError extends Schema.TaggedError<ProxyError>()("ProxyError", {
  /** Host and port; never its user name and password. */
  proxy: Schema.String,
  /** What it answered, when it did. */
  status: Schema.optionalKey(Schema.Finite),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  readonly delivered = false

  /** `PROXY_407`, when it answered; else what the system says is in `cause`. */
  get code(): string | undefined {
    return this.status === undefined ? undefined : `PROXY_${this.status}`
  }

  /** `auth` when it asks for credentials, else `transient`. */
  get category(): "auth" | "transient" {
    return this.status === 407 ? "auth" : "transient"
  }

  override get message(): string {
    return `the proxy ${this.proxy} ${proxyProblem(this.status)}`
  }
}
