/**
 * The Drive of the soak, in a process of its own: on disk, with faults by a seed and an account of its own of what was asked
 * of it. Its parent asks for a report by a message; it ends with its parent.
 *
 *   node driveSoakServer.ts DIRECTORY OPERATIONS SEED FAULT_SHARE
 */
import { DriveEmulator, DriveFaults } from "@skippy/google/testing"
import { type EmulatorHead, EmulatorServer, Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { draw, jobsOf, md5Of, startOf, targetsOf } from "./driveSoakPlan.ts"

const [directory = "", ...numbers] = process.argv.slice(2)
const [operations = 0, seed = 1, faultShare = 0.3] = numbers.map(Number)

/** A file as the server has it. */
export interface ServedFile {
  readonly id: string
  readonly name: string
  readonly parent: string | undefined
  readonly trashed: boolean
  /** Of the bytes that are stored. */
  readonly md5: string | undefined
  /** As Drive tells it. */
  readonly told: string | undefined
  /** Addresses it is shared with, once for each permission. */
  readonly readers: ReadonlyArray<string>
}

/** What the server says. */
export type Said =
  | { readonly _tag: "Ready"; readonly url: string; readonly refreshToken: string }
  | {
      readonly _tag: "Report"
      readonly requests: number
      readonly faults: Readonly<Record<string, number>>
      /** When requests came that count, in milliseconds. */
      readonly arrivals: ReadonlyArray<number>
      /** Those of them that had not waited for a new token after they were let through. */
      readonly steady: ReadonlyArray<number>
      readonly renewals: number
      readonly openConnections: number
      readonly inFlight: number
      readonly sessions: number
      readonly files: ReadonlyArray<ServedFile>
    }

const say = (said: Said): void => void process.send?.(said)

const kinds: ReadonlyArray<readonly [string, Fault.Fault]> = [
  ["500 backendError", DriveFaults.backendError(500)],
  ["503 backendError", DriveFaults.backendError(503)],
  ["502 in HTML", DriveFaults.htmlError(502)],
  ["403 userRateLimitExceeded", DriveFaults.userRateLimited],
  ["429 rateLimitExceeded", DriveFaults.rateLimited(429)],
  ["403 dailyLimitExceeded", DriveFaults.dailyLimitExceeded],
  ["401 authError", DriveFaults.invalidCredentials],
  ["reset", Fault.reset],
  ["lost answer", Fault.lostAnswer],
  ["lost answer", Fault.lostAnswer],
  ["truncated", Fault.truncate(0)],
  ["truncated", Fault.truncate(0.7)],
  ["delayed", Fault.delay("600 millis")],
  ["hang", Fault.hang],
  ["hang in the body", Fault.hangInBody()],
  ["cut in the request", Fault.cutRequest(0)],
  ["cut in the request", Fault.cutRequest(1000)],
  ["cut in the request", Fault.cutRequest(3_000_000)]
]
const names = new Map(kinds.map(([name, fault]) => [fault, name]))
const drawn = Fault.share(
  faultShare,
  kinds.map(([, fault]) => fault),
  seed
)
const signIn = Fault.share(faultShare, [Fault.reset, Fault.lostAnswer, Fault.status(503)], seed)

const jobs = jobsOf(seed, operations)
const arrivals: Array<number> = []
const steady: Array<number> = []
const faults: Record<string, number> = {}
let renewals = 0

/** Requests come together when a new token is there they have waited for. */
const settledMillis = 150
const tokens = new Map<string, number>()

const count = ({ headers }: EmulatorHead): void => {
  const now = performance.now()
  const token = headers["authorization"] ?? ""
  const since = tokens.get(token) ?? now
  tokens.set(token, since)
  arrivals.push(now)
  if (now - since >= settledMillis) steady.push(now)
}

/** How long Drive takes when nothing goes wrong: whoever is killed meanwhile never hears that it was carried out. */
const latencyOf = (count: number): Fault.Fault => Fault.delay(10 + draw(seed, -count) * 60)

const plan: Fault.FaultPlan = (head, number) => {
  if (!head.url.pathname.startsWith("/drive/") && !head.url.pathname.startsWith("/upload/")) {
    renewals++
    return signIn(head, number)
  }
  const fault = drawn(head, number)
  // A token that is not accepted belongs to nobody, so such a request is nobody's quota; it is sent again with another token.
  if (fault !== DriveFaults.invalidCredentials) count(head)
  if (fault === undefined) return latencyOf(number)
  // A body that is too small to be cut there is cut at its end.
  const length = Number(head.headers["content-length"] ?? "0")
  const met = fault._tag === "CutRequest" && length < fault.bytes ? Fault.cutRequest(length) : fault
  const isMet = met._tag !== "CutRequest" || length > 0
  const name = isMet ? (names.get(fault) ?? met._tag) : "reset"
  faults[name] = (faults[name] ?? 0) + 1
  return isMet ? met : Fault.reset
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const program = Effect.gen(function* () {
  const drive = yield* DriveEmulator.open({ directory, files: startOf(jobs), seed: String(seed) })
  const { handle, receive } = drive
  const server = yield* EmulatorServer.start({ handle, receive }, { faults: plan, keep: 1 })
  const shared = new Set(jobs.filter(({ kind }) => kind === "share").flatMap(targetsOf))

  const served = (file: Readonly<Record<string, unknown>>): ServedFile => {
    const id = text(file["id"]) ?? ""
    const content = drive.content(id)
    const parents = file["parents"]
    return {
      id,
      name: text(file["name"]) ?? "",
      parent: Array.isArray(parents) ? text(parents[0]) : undefined,
      trashed: file["trashed"] === true,
      md5: content === undefined ? undefined : md5Of(content),
      told: text(file["md5Checksum"]),
      readers: shared.has(id) ? drive.permissions(id).flatMap(({ emailAddress }) => text(emailAddress) ?? []) : []
    }
  }

  process.on("message", () => {
    const { inFlight, requests } = server.counts()
    say({
      _tag: "Report",
      requests,
      faults,
      arrivals,
      steady,
      renewals,
      openConnections: server.openConnections(),
      inFlight,
      sessions: drive.sessions().length,
      files: drive.files().map(served)
    })
  })
  say({ _tag: "Ready", url: server.url, refreshToken: drive.tokens.refreshToken() })
  return yield* Effect.never
})

process.on("disconnect", () => process.exit(0))
await Effect.runPromise(Effect.scoped(program))
