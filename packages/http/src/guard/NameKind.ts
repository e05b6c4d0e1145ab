/**
 * Names that never belong to a public service. They are refused before anybody resolves them, because behind a proxy the
 * name is all there is to see.
 *
 * Sources: RFC 6761 and 6762 (appendix G), https://www.iana.org/assignments/special-use-domain-names, RFC 8375
 * (`home.arpa`), ICANN's reservation of `internal` (2024).
 *
 * @module
 */
import type { HostKind } from "./AddressKind.ts"

/** Metadata services under names that look public; they resolve to link-local addresses inside the cloud only. */
const metadataNames: ReadonlyArray<string> = [
  "metadata.google.internal",
  "metadata.goog",
  "metadata.tencentyun.com",
  "metadata.packet.net",
  "metadata.platformequinix.com",
  "api.metadata.cloud.ibm.com",
  "metadata",
  "instance-data",
  "instance-data.ec2.internal",
  "rancher-metadata"
]

const loopbackNames: ReadonlyArray<string> = ["localhost", "localdomain", "localhost6", "ip6-localhost", "ip6-loopback"]

/** Top-level names of private networks; `svc` is Kubernetes'. */
const privateNames: ReadonlyArray<string> = [
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "svc",
  "home.arpa"
]

const kinds: ReadonlyMap<string, HostKind> = new Map([
  ...privateNames.map((name) => [name, "private"] as const),
  ...loopbackNames.map((name) => [name, "loopback"] as const),
  ...metadataNames.map((name) => [name, "metadata"] as const)
])

/**
 * Why this name, or one above it, is not public; `undefined` when it may be. A name without a dot is of a private network:
 * no public service has one (ICANN forbids them), and a search list would complete it with the network's own domain.
 */
export const kindOfName = (name: string): HostKind | undefined => {
  for (let rest = name; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    const kind = kinds.get(rest)
    if (kind !== undefined) return kind
    if (!rest.includes(".")) return rest === name ? "private" : undefined
  }
}
