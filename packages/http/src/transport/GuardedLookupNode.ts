/**
 * Resolves the host of one connection and leaves only the addresses that may be connected to.
 *
 * @module
 */
import { Cause, Effect, Exit } from "effect"
import * as dns from "node:dns"
import { isIPv6, type LookupFunction } from "node:net"
import type { Lookup } from "../Transport.ts"
import type { UrlRefusedError } from "../UrlGuard.ts"

/** Whether a connection to this address may be made. */
export type CheckAddress = (address: string) => UrlRefusedError | undefined

/** The system's resolver. */
export const systemLookup: Lookup = (hostname) =>
  Effect.callback<ReadonlyArray<string>, Error>((resume) => {
    dns.lookup(hostname, { all: true }, (error, found) =>
      resume(error === null ? Effect.succeed(found.map(({ address }) => address)) : Effect.fail(error))
    )
  })

const asError = (cause: Cause.Cause<unknown>): Error => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error : new Error("the host name could not be resolved", { cause: error })
}

const notFound = (hostname: string): Error =>
  Object.assign(new Error(`${hostname} has no address`), { code: dns.NOTFOUND, syscall: "getaddrinfo", hostname })

/**
 * A `lookup` for `net.connect`. When some addresses may be connected to, the others are left out; when none may, the
 * connection fails with why the first may not.
 */
export const guardedLookup =
  (lookup: Lookup, check: CheckAddress, signal: AbortSignal): LookupFunction =>
  (hostname, { all }, callback) => {
    const answer = (exit: Exit.Exit<ReadonlyArray<string>, unknown>): void => {
      if (Exit.isFailure(exit)) return callback(asError(exit.cause), "")
      const allowed = exit.value
        .filter((address) => check(address) === undefined)
        .map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
      const [first] = allowed
      if (first === undefined) {
        const refused = exit.value[0] === undefined ? undefined : check(exit.value[0])
        return callback(refused ?? notFound(hostname), "")
      }
      return all === true ? callback(null, allowed) : callback(null, first.address, first.family)
    }
    Effect.runCallback(
      Effect.suspend(() => lookup(hostname)),
      { signal, onExit: answer }
    )
  }
