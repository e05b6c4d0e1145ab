/**
 * Asking Redis for one decision: a script runs on the server as one step, and its answer is a list of texts.
 *
 * @module
 */
import { Effect, Fiber } from "effect"
import { Redis, RedisError } from "effect/persistence/Redis"
import { StoreTrouble, storeTrouble } from "../away/StoreTrouble.ts"
import { nowOf } from "../Now.ts"

/** What a script answers. Numbers are texts, because Redis cuts off what is behind the point of a Lua number. */
export type Reply = ReadonlyArray<string>

/** Runs one script on the state of one key; further keys have to be in the same slot. */
export type Run = (keys: ReadonlyArray<string>, args: ReadonlyArray<string>) => Effect.Effect<Reply, StoreTrouble>

/** The server, as far as the stores need it. */
export interface Server {
  readonly prefix: string
  /** `early` runs before the time is known, and may answer at once. */
  readonly script: (lua: string, early?: string) => Run
  /** All keys that fit a pattern, of the server that is asked. */
  readonly scan: (pattern: string) => Effect.Effect<ReadonlyArray<string>, StoreTrouble>
}

/** How the server is asked. */
export interface Options {
  readonly prefix: string
  /** The time decisions go by instead of the server's, for tests. Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** The word Redis or the system has for what went wrong; nothing else of an error, since addresses hold passwords. */
const codeOf = (error: RedisError | StoreTrouble): string => {
  if (error instanceof StoreTrouble) return error.code
  const { cause } = error
  if (typeof cause !== "object" || cause === null) return "unknown"
  if ("code" in cause && typeof cause.code === "string") return cause.code
  if (!(cause instanceof Error)) return "unknown"
  return /^[A-Z]{2,}\b/.exec(cause.message)?.[0] ?? cause.constructor.name
}

const toTrouble = (error: RedisError | StoreTrouble): StoreTrouble =>
  error instanceof StoreTrouble ? error : storeTrouble("redis", codeOf(error))

/** Every script is told the time it is to use, or asks the clock of the server, which all clients share. */
const clock = `
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call("TIME")
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
-- Redis counts the time until it forgets from the start of the script, so what is to last until a moment would be gone a little
-- before it. And a time given by a test says nothing of when Redis may forget.
local slack = ARGV[1] == "" and 1000 or ${3_600_000}
local function text(x) return string.format("%.17g", x) end
`

/** After this time nobody relies on an answer to the sending of a script: it may be lost. */
const loadMillis = 1000

/** Keys looked at in one go. */
const scanCount = "1000"

const isReply = (reply: unknown): reply is Reply => Array.isArray(reply)

const isScan = (reply: unknown): reply is readonly [cursor: string | number, keys: ReadonlyArray<string>] =>
  Array.isArray(reply) && Array.isArray(reply[1])

/** The server said something that is no answer. */
export const noAnswer = storeTrouble("redis", "noAnswer")

/** Makes it out of the client of the context. */
export const make = ({ now, prefix }: Options): Effect.Effect<Server, never, Redis> =>
  Effect.map(Redis, (redis) => ({
    prefix,
    script: (lua, early = "") => {
      const text = `${early}${clock}${lua}`
      let sha: string | undefined
      let loading: Fiber.Fiber<string, RedisError | StoreTrouble> | undefined
      let loadingSince = 0
      const send = Effect.flatMap(redis.send<unknown>("SCRIPT", "LOAD", text), (loaded) => {
        if (typeof loaded !== "string") return Effect.fail(noAnswer)
        sha = loaded
        return Effect.succeed(loaded)
      })
      /** A script is long, so it is sent once for all who need it at the same moment. */
      const load = Effect.withFiber<string, RedisError | StoreTrouble>((fiber) => {
        const at = nowOf(fiber)
        if (loading !== undefined && at >= loadingSince && at - loadingSince < loadMillis) return Fiber.join(loading)
        const mine = Effect.runForkWith(fiber.context)(send)
        loading = mine
        loadingSince = at
        mine.addObserver(() => {
          if (loading === mine) loading = undefined
        })
        return Fiber.join(mine)
      })
      const run = (sha: string, keys: ReadonlyArray<string>, args: ReadonlyArray<string>) =>
        redis.send<unknown>(
          "EVALSHA",
          sha,
          String(keys.length),
          ...keys,
          now === undefined ? "" : String(now()),
          ...args
        )
      const onSuccess = (reply: unknown) => (isReply(reply) ? Effect.succeed(reply) : Effect.fail(noAnswer))
      const fail = (error: RedisError | StoreTrouble) => Effect.fail(toTrouble(error))
      return (keys, args) => {
        const loaded = Effect.flatMap(load, (sha) => run(sha, keys, args))
        return Effect.matchEffect(sha === undefined ? loaded : run(sha, keys, args), {
          onFailure: (error) =>
            // A server that was started anew has forgotten it, and has done nothing.
            codeOf(error) === "NOSCRIPT" ? Effect.matchEffect(loaded, { onFailure: fail, onSuccess }) : fail(error),
          onSuccess
        })
      }
    },
    scan: (pattern) =>
      Effect.gen(function* () {
        const found = new Set<string>()
        let cursor = "0"
        do {
          const reply = yield* Effect.mapError(
            redis.send<unknown>("SCAN", cursor, "MATCH", pattern, "COUNT", scanCount),
            toTrouble
          )
          if (!isScan(reply)) return yield* noAnswer
          cursor = String(reply[0])
          for (const key of reply[1]) found.add(key)
        } while (cursor !== "0")
        return [...found]
      })
  }))
