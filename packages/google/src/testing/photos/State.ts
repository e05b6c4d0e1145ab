/**
 * The sessions and the library of a Photos Picker emulator, and what people do with them.
 *
 * @module
 */
import { Duration, Schema } from "effect"
import * as Library from "./Library.ts"
import type { LimitOptions, MediaOptions, Options } from "./Options.ts"

/** A picking session. Times are in milliseconds since the epoch. */
const Session = Schema.Struct({
  id: Schema.String,
  /** Whose it is: an e-mail address. */
  owner: Schema.String,
  createdAt: Schema.Finite,
  /** As it was asked for. */
  maxItemCount: Schema.optionalKey(Schema.Int),
  /** How often it was asked for. */
  polls: Schema.Int,
  /** Ids, once its owner has pressed Done. */
  picked: Schema.optionalKey(Schema.Array(Schema.String))
})
/** A picking session. */
export type Session = typeof Session.Type

const text = Schema.optional(Schema.String)
const number = Schema.optional(Schema.Finite)

/** What was picked without having been in the library of the options. */
const Added = Schema.Struct({
  filename: Schema.String,
  id: text,
  mimeType: text,
  createTime: text,
  width: number,
  height: number,
  cameraMake: text,
  cameraModel: text,
  focalLength: number,
  apertureFNumber: number,
  isoEquivalent: number,
  exposureTime: text,
  fps: number,
  processingStatus: Schema.optional(Schema.Literals(["FAILED", "PROCESSING", "READY"])),
  motion: Schema.optional(Schema.Boolean),
  content: Schema.optional(Schema.Uint8ArrayFromBase64),
  size: number
})

const Written = Schema.fromJsonString(
  Schema.Struct({
    created: Schema.Int,
    sessions: Schema.Array(Session),
    added: Schema.Array(Added)
  })
)

const readWritten = Schema.decodeUnknownSync(Written)
const write = Schema.encodeSync(Written)

/** The most items of a session that names no number. */
export const defaultItemCount = 2000

const millis = (input: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(input))

const encoder = new TextEncoder()

const addedOf = ({ content, ...media }: MediaOptions): typeof Added.Type => ({
  ...media,
  content: typeof content === "string" ? encoder.encode(content) : content
})

/** The times of an emulator, in milliseconds. */
const timesOf = (options: Options) => ({
  pollInterval: millis(options.pollInterval ?? "5 seconds"),
  pollTimeout: millis(options.pollTimeout ?? "30 minutes"),
  session: millis(options.sessionLifetime ?? "24 hours"),
  baseUrl: millis(options.baseUrlLifetime ?? "60 minutes")
})

/** Sessions and library. */
export class State {
  readonly times: ReturnType<typeof timesOf>
  private readonly sessions = new Map<string, Session>()
  private readonly library = new Map<string, Library.Media>()
  private readonly added: Array<typeof Added.Type> = []
  private created = 0
  private limits: LimitOptions
  private readonly picksAfter: number | undefined

  constructor(options: Options) {
    this.times = timesOf(options)
    this.limits = options.limits ?? {}
    this.picksAfter = options.picksAfter
    for (const media of options.media ?? []) this.keep(media)
  }

  /** The limits of now, with their defaults. */
  limit(): Required<{ readonly [K in keyof LimitOptions]: number }> {
    const { mediaPerMinute = 1_000_000, perMinute = 100_000, sessions = 100 } = this.limits
    return { mediaPerMinute, perMinute, sessions }
  }

  setLimits(limits: LimitOptions): void {
    this.limits = limits
  }

  createdCount(): number {
    return this.created
  }

  all(): ReadonlyArray<Session> {
    return [...this.sessions.values()]
  }

  media(): ReadonlyArray<Library.Media> {
    return [...this.library.values()]
  }

  find(id: string): Library.Media | undefined {
    return this.library.get(id)
  }

  /** The session of a person. */
  session(id: string, owner: string): Session | undefined {
    const found = this.sessions.get(id)
    return found?.owner === owner ? found : undefined
  }

  hasExpired({ createdAt }: Session, now: number): boolean {
    return now >= createdAt + this.times.session
  }

  /** How many sessions of a person can still be used. */
  countOf(owner: string, now: number): number {
    return this.all().filter((session) => session.owner === owner && !this.hasExpired(session, now)).length
  }

  create(owner: string, maxItemCount: number | undefined, now: number): Session {
    this.created++
    const session: Session = {
      id: `${String(this.created).padStart(8, "0")}-5e55-4a0c-8000-${now.toString(16).padStart(12, "0")}`,
      owner,
      createdAt: now,
      ...(maxItemCount === undefined ? {} : { maxItemCount }),
      polls: 0
    }
    this.sessions.set(session.id, session)
    return session
  }

  /** Somebody looks whether it is done; the one who picks may be done by then. */
  poll(session: Session): Session {
    const polled = { ...session, polls: session.polls + 1 }
    const isTime = this.picksAfter !== undefined && polled.polls >= this.picksAfter && polled.picked === undefined
    const known = this.media().slice(0, session.maxItemCount ?? defaultItemCount)
    const after = isTime ? { ...polled, picked: known.map(({ id }) => id) } : polled
    this.sessions.set(after.id, after)
    return after
  }

  remove(id: string): void {
    this.sessions.delete(id)
  }

  /** The owner picks these and presses Done. */
  pick(sessionId: string, items: ReadonlyArray<string | MediaOptions>): void {
    const session = this.sessions.get(sessionId)
    if (session === undefined) throw new Error(`there is no session ${sessionId} to pick in`)
    if (session.picked !== undefined) throw new Error(`in session ${sessionId} it was picked already`)
    if (items.length > (session.maxItemCount ?? defaultItemCount)) throw new Error("these are more than may be picked")
    const picked = items.map((item) => this.idOf(item))
    this.sessions.set(sessionId, { ...session, picked })
  }

  /** A video can be had from now on. */
  finishProcessing(id: string): void {
    const media = this.library.get(id)
    if (media === undefined) throw new Error(`there is no ${id} in the library`)
    this.library.set(id, { ...media, processingStatus: "READY" })
  }

  /** Everything that came about since the start, as text. */
  snapshot(): string {
    return write({ created: this.created, sessions: this.all(), added: this.added })
  }

  /** Goes on from a snapshot; what is here is forgotten, but for the library of the options. */
  restore(snapshot: string): void {
    const { added, created, sessions } = readWritten(snapshot)
    this.created = created
    this.sessions.clear()
    for (const session of sessions) this.sessions.set(session.id, session)
    for (const media of added) this.idOf(media)
  }

  private idOf(item: string | MediaOptions): string {
    if (typeof item !== "string") {
      this.added.push(addedOf(item))
      return this.keep(item)
    }
    if (!this.library.has(item)) throw new Error(`there is no ${item} in the library`)
    return item
  }

  private keep(options: MediaOptions): string {
    const media = Library.make(options, this.library.size)
    this.library.set(media.id, media)
    return media.id
  }
}
