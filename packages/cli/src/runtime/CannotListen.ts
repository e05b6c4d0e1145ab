/**
 * Why a server cannot listen, and what to do about it.
 *
 * @module
 */
import { Predicate } from "effect"
import { UsageError } from "../output/Failure.ts"

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program has it; give another --port",
  EACCES: "this user may not use it; give a --port from 1024 on",
  EADDRNOTAVAIL: "this machine has no such address; give another --host",
  ENOTFOUND: "no such host is known; give another --host",
  EMFILE: "too many files are open; raise the limit with ulimit -n",
  ENFILE: "too many files are open on this machine; end other programs"
}

/** The code of the system for what went wrong. */
export const codeOf = (cause: unknown): string | undefined =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : undefined

/** The error that says so. Port 0 is a free one. */
export const cannotListen = (host: string, port: number, cause: unknown): UsageError => {
  const code = codeOf(cause) ?? "unknown error"
  const reason = reasons[code]
  return new UsageError({
    problem: `cannot listen on ${port === 0 ? `a free port of ${host}` : `${host} port ${port}`}: ${reason === undefined ? code : `${reason} (${code})`}`
  })
}
