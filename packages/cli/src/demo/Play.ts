/**
 * Plays the demo: all services at the same time, each with its acts, and readers that go on through all of it.
 *
 * @module
 */
import { describeError, errorOfCause } from "@skippy/core"
import { Cause, Clock, Effect, Queue, type Scope, Stream } from "effect"
import { oneLine } from "../output/Style.ts"
import type { DemoEvent, Numbers } from "./DemoEvent.ts"
import { nextOf } from "./Next.ts"
import type { Part } from "./Parts.ts"
import type { Say } from "./Say.ts"
import type { Stage } from "./Stage.ts"
import * as Story from "./Story.ts"
import * as Tally from "./Tally.ts"

/** A demo that is played. */
export interface Playing {
  /** What it says; it ends with `DemoDone`. */
  readonly events: Stream.Stream<DemoEvent>
  /** The sums so far. */
  readonly numbers: () => Numbers
}

/** How long somebody who reads waits before the next time. */
const between = "300 millis"

/** What is known of a run so far. */
interface Known {
  story: Story.Story
  tally: Tally.Tally
  bytesDownloaded: number
  promises: number
  readonly broken: Array<string>
}

const requestsOf = ({ drive, github, http, pexels }: Stage) =>
  Tally.requestsOf([drive, github, pexels, http].flatMap(({ server }) => server.requests()))

const numbersOf = (stage: Stage, { bytesDownloaded, tally }: Known): Numbers => ({
  ...tally.numbers,
  ...requestsOf(stage),
  bytesDownloaded
})

const startOf = (at: number, { files, path, seed }: Stage): DemoEvent => ({
  _tag: "DemoStarted",
  at,
  seed,
  path,
  files: {
    directory: files.source,
    made: files.made,
    count: files.list.length,
    bytes: files.list.reduce((total, { bytes }) => total + bytes, 0)
  }
})

const doneOf = (startedAt: number, at: number, stage: Stage, known: Known, program: string): DemoEvent => ({
  _tag: "DemoDone",
  at,
  durationMs: at - startedAt,
  kept: known.broken.length === 0,
  promises: known.promises,
  broken: known.broken,
  numbers: numbersOf(stage, known),
  journal: stage.journal,
  next: nextOf({ program, path: stage.path, requestId: known.tally.hardest?.requestId })
})

/** Somebody who reads again and again, whatever becomes of it. */
const reader = (stage: Stage, { read, readAfter }: Part) =>
  read(stage).pipe(Effect.ignore, Effect.andThen(Effect.sleep(between)), Effect.forever, Effect.delay(readAfter))

/** Begins to play; it ends with the scope at the latest. `program` is how the command line is called. */
export const play = (
  stage: Stage,
  parts: ReadonlyArray<Part>,
  program: string
): Effect.Effect<Playing, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const now = () => clock.currentTimeMillisUnsafe()
    const startedAt = now()
    const queue = yield* Queue.unbounded<DemoEvent, Cause.Done>()
    const known: Known = {
      story: Story.empty,
      tally: Tally.empty,
      bytesDownloaded: 0,
      promises: 0,
      broken: []
    }
    const settle = (service: string) => {
      const [told, story] = Story.settle(known.story, service, now())
      known.story = story
      for (const event of told) Queue.offerUnsafe(queue, event)
    }
    const tell = (event: Extract<DemoEvent, { readonly service: string }>) => {
      settle(event.service)
      Queue.offerUnsafe(queue, event)
    }
    const say: Say = {
      told: (service, text) => tell({ _tag: "Told", at: now(), service, text }),
      promise: (service, text, kept) => {
        known.promises++
        if (!kept) known.broken.push(`${service}: ${text}`)
        tell({ _tag: "PromiseChecked", at: now(), service, kept, text })
      },
      downloaded: (bytes) => (known.bytesDownloaded += bytes)
    }
    Queue.offerUnsafe(queue, startOf(startedAt, stage))
    yield* stage.bus.listen((events) => {
      for (const event of events) {
        known.tally = Tally.add(known.tally, event)
        const [told, story] = Story.add(known.story, event)
        known.story = story
        for (const one of told) Queue.offerUnsafe(queue, one)
      }
    })
    // What an act cannot do is a promise that was not kept; the others go on.
    const acted = ({ act, service }: Part) =>
      Effect.catchCauseIf(
        act(stage, say),
        (cause) => !Cause.hasInterrupts(cause),
        (cause) =>
          Effect.sync(() => say.promise(service, `it goes on to its end; it did not: ${messageOf(cause)}`, false))
      )
    yield* Effect.forEach(parts, (part) => reader(stage, part), { concurrency: "unbounded", discard: true }).pipe(
      Effect.raceFirst(Effect.forEach(parts, acted, { concurrency: "unbounded", discard: true })),
      Effect.andThen(stage.bus.settled),
      Effect.andThen(
        Effect.sync(() => {
          for (const { service } of parts) settle(service)
          Queue.offerUnsafe(queue, doneOf(startedAt, now(), stage, known, program))
        })
      ),
      Effect.andThen(Queue.end(queue)),
      Effect.forkScoped
    )
    return { events: Stream.fromQueue(queue), numbers: () => numbersOf(stage, known) }
  })

const messageOf = (cause: Cause.Cause<unknown>): string => oneLine(describeError(errorOfCause(cause)))
