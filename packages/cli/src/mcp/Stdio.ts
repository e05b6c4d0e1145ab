/**
 * The MCP server on stdin and stdout, one message a line. Everything else it says goes to stderr.
 *
 * It ends when stdin does: calls that are running have some seconds to be answered. It ends as well when nobody reads stdout.
 *
 * @module
 */
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Queue, Sink, Stdio, Stream } from "effect"
import { McpServer } from "effect/ai"
import { Channels } from "../output/Channels.ts"
import * as Lines from "./Lines.ts"
import { type Judged, judge, longest } from "./Messages.ts"
import * as OpenRequests from "./OpenRequests.ts"
import { about, promised } from "./Server.ts"

/** How long calls have to be answered when the client has closed stdin. Clients kill a server that takes longer sooner or later. */
const grace = "30 seconds"

/** What can be answered before tools and resources are there. */
const isEarly = (method: string | undefined): boolean =>
  method === "initialize" || method === "server/discover" || method === "ping" || method === "notifications/initialized"

/**
 * The messages of stdin; a line that is none is answered by `answer`. Those that need tools or resources, and all after
 * them, wait for `ready`.
 */
const messages = <E, R>(
  stdin: Stream.Stream<Uint8Array, E, R>,
  judgeAgain: (judged: Judged) => Judged,
  answer: (line: string) => Effect.Effect<void>,
  ready: Effect.Effect<void>
): Stream.Stream<Uint8Array, E, R> => {
  const encoder = new TextEncoder()
  return stdin.pipe(
    Stream.mapAccum(
      () => Lines.empty,
      (rest, piece) => Lines.feed(rest, piece, longest),
      { onHalt: (rest) => Lines.last(rest, longest) }
    ),
    // One at a time: whatever happens to a message happens to no other.
    Stream.rechunk(1),
    Stream.map((line) => judgeAgain(judge(line))),
    Stream.tap((judged) => (judged._tag === "Error" ? answer(judged.line) : Effect.void)),
    Stream.filter((judged) => judged._tag === "Message"),
    Stream.tap(({ method }) => (isEarly(method) ? Effect.void : ready)),
    Stream.map(({ line }) => encoder.encode(line))
  )
}

/** Whether it tells that a list has changed: no list does, but that tools and resources are loaded late. */
const isListChange = (line: string): boolean =>
  /^\{"jsonrpc":"2\.0","method":"notifications\/(tools|resources)\/list_changed"/.test(line)

/** Serves until stdin ends. `register` gives the server its tools and resources when the first of them is asked for. */
export const serve = (
  register: Effect.Effect<void, never, McpServer.McpServer>,
  version: string
): Effect.Effect<void, never, Channels | Stdio.Stdio> =>
  Effect.gen(function* () {
    const { out } = yield* Channels
    const stdio = yield* Stdio.Stdio
    const made = yield* Deferred.make<McpServer.McpServer["Service"]>()
    const unread = yield* Deferred.make<void>()
    const ended = yield* Deferred.make<void>()
    const ready = yield* Effect.cached(
      Effect.flatMap(Deferred.await(made), (server) => Effect.provideService(register, McpServer.McpServer, server))
    )
    /** Writes; when nobody reads any more there is nothing to serve. */
    const write = (text: string) => Effect.catch(out(text), () => Effect.asVoid(Deferred.succeed(unread, undefined)))
    const open = OpenRequests.make()
    const incoming = yield* Queue.bounded<Uint8Array, Cause.Done>(16)
    const reading = yield* messages(stdio.stdin, open.judge, write, ready).pipe(
      Stream.catch((error) => Stream.fromEffectDrain(Effect.logWarning("stdin cannot be read", error))),
      Stream.runForEach((message) => Queue.offer(incoming, message)),
      Effect.andThen(Queue.end(incoming)),
      Effect.andThen(Deferred.succeed(ended, undefined)),
      Effect.forkChild
    )
    const decoder = new TextDecoder()
    const wired = Stdio.make({
      ...stdio,
      // Where a message breaks the server's reader, it begins again, with the next one.
      stdin: Stream.fromEffectRepeat(Queue.take(incoming)),
      stdout: () =>
        Sink.forEach((chunk: string | Uint8Array) => {
          const line = typeof chunk === "string" ? chunk : decoder.decode(chunk)
          open.sent(line)
          return isListChange(line) ? Effect.void : write(line)
        })
    })
    const registrations = Layer.merge(
      promised,
      Layer.effectDiscard(Effect.flatMap(McpServer.McpServer, (server) => Deferred.succeed(made, server)))
    )
    const server = McpServer.layerStdio({ ...about(version), registrations }).pipe(
      Layer.provide(Layer.succeed(Stdio.Stdio, wired)),
      Layer.orDie
    )
    const running = yield* Effect.forkChild(Layer.launch(server))
    const late = Effect.andThen(Deferred.await(ended), Effect.sleep(grace))
    // It interrupts itself when the last answer is written.
    const over = Effect.flatMap(Fiber.await(running), (exit) =>
      Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause) ? Effect.failCause(exit.cause) : Effect.void
    )
    const broken = Effect.flatMap(Fiber.await(reading), (exit) =>
      Exit.isFailure(exit) ? Effect.failCause(exit.cause) : Effect.never
    )
    yield* Effect.raceAllFirst([over, broken, Deferred.await(unread), late])
    yield* Fiber.interrupt(running)
  })
