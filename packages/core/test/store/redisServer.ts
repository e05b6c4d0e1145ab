/**
 * A real redis-server for tests: on a free port of this machine, with nothing on disk that outlives it, and gone with its
 * scope. It comes with the Debian package `redis-server`.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { Effect, Layer, Logger, type Scope } from "effect"
import type { Redis, RedisError } from "effect/persistence/Redis"

type Program = ChildProcessByStdio<null, Readable, null>

/** A server that runs, and what can be done to it. */
export interface RedisServer {
  readonly port: number
  /** `redis://127.0.0.1:port`. */
  readonly url: string
  /** It takes connections and answers nothing (SIGSTOP). */
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
  /** It is gone from one moment to the next, with all it knew (SIGKILL). */
  readonly kill: Effect.Effect<void>
  /** Starts it again on the same port, empty; kills it before if it still runs. */
  readonly restart: Effect.Effect<void>
}

/** How the server is started. */
export interface Options {
  /** More arguments, such as `["--cluster-enabled", "yes"]`. */
  readonly args?: ReadonlyArray<string> | undefined
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port is free")
  return address.port
}

/** Ends the server when this process is gone, also if nothing told it so (SIGKILL): then its end of the pipe is closed. */
const guard = (program: Program): void => {
  const watcher = spawn("sh", ["-c", 'read -r _; kill -KILL "$1"', "sh", String(program.pid)], {
    stdio: ["pipe", "ignore", "ignore"]
  })
  watcher.unref()
  program.once("exit", () => void watcher.kill("SIGKILL"))
}

/** Until it says that it takes connections, or ends: its port may have been taken meanwhile. */
const start = async (port: number, directory: string, args: ReadonlyArray<string>): Promise<Program | undefined> => {
  const settings = { port: `${port}`, bind: "127.0.0.1", dir: directory, save: "", appendonly: "no" }
  const given = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const program = spawn("redis-server", [...given, ...args], { stdio: ["ignore", "pipe", "ignore"] })
  if (program.pid !== undefined) guard(program)
  const failed = once(program, "error").then(([error]) => {
    throw new Error(`redis-server cannot be started; install the Debian package redis-server`, { cause: error })
  })
  const isReady = async (): Promise<boolean> => {
    for await (const line of createInterface(program.stdout))
      if (line.includes("Ready to accept connections")) return true
    return false
  }
  const ready = await Promise.race([isReady(), failed])
  program.stdout.resume()
  return ready ? program : undefined
}

const end = async (program: Program): Promise<void> => {
  if (program.exitCode !== null || program.signalCode !== null) return
  const ended = once(program, "exit")
  program.kill("SIGKILL")
  await ended
}

const acquire = async ({ args = [] }: Options) => {
  const directory = mkdtempSync(join(tmpdir(), "redis-"))
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await freePort()
    const program = await start(port, directory, args)
    if (program !== undefined) return { directory, port, program, args }
  }
  throw new Error("redis-server does not start")
}

/** Starts a server; it ends with the scope, and with this process whatever happens. */
export const make = (options: Options = {}): Effect.Effect<RedisServer, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => acquire(options)),
      (state) =>
        Effect.promise(async () => {
          await end(state.program)
          rmSync(state.directory, { recursive: true, force: true })
        })
    ),
    (state) => {
      const signal = (name: NodeJS.Signals) => Effect.sync(() => void state.program.kill(name))
      return {
        port: state.port,
        url: `redis://127.0.0.1:${state.port}`,
        pause: signal("SIGSTOP"),
        resume: signal("SIGCONT"),
        kill: Effect.promise(() => end(state.program)),
        restart: Effect.promise(async () => {
          await end(state.program)
          const program = await start(state.port, state.directory, state.args)
          if (program === undefined) throw new Error(`redis-server does not start again on port ${state.port}`)
          state.program = program
        })
      }
    }
  )

/** A client of the server. Its commands fail at once while the connection is gone, and it connects again by itself. */
export const client = (server: RedisServer): Layer.Layer<Redis | NodeRedis.NodeRedis, RedisError> =>
  NodeRedis.layer({ url: server.url, disableOfflineQueue: true }).pipe(Layer.provide(Logger.layer([])))

/** A server of its own and a client of it. */
export const layerWith = (options: Options): Layer.Layer<Redis | NodeRedis.NodeRedis, RedisError> =>
  Layer.unwrap(Effect.map(make(options), client))

/** The same with an ordinary server. */
export const layer = layerWith({})
