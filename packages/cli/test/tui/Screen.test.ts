import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Queue, Stream } from "effect"
import * as fc from "fast-check"
import { describe } from "vitest"
import { OutputClosed, type Screen } from "../../src/output/Channels.ts"
import { patch, show } from "../../src/tui/Screen.ts"

/** A terminal that understands what is written here, and nothing else. */
const apply = (screen: ReadonlyArray<string>, text: string): ReadonlyArray<string> => {
  const lines = [...screen]
  const [nothing, ...sequences] = text.split("\u001B[")
  expect(nothing).toBe("")
  let row = -1
  for (const sequence of sequences) {
    if (sequence.endsWith(";1H")) row = Number(sequence.slice(0, -3)) - 1
    else {
      expect(sequence[0]).toBe("K")
      lines[row] = sequence.slice(1)
    }
  }
  return lines
}

/** Somebody at a terminal: types, makes it another size, and looks at what was written. */
const terminal = Effect.gen(function* () {
  const [keys, sizes, written] = [
    yield* Queue.unbounded<string>(),
    yield* Queue.unbounded<void>(),
    yield* Queue.unbounded<string>()
  ]
  let size = { columns: 80, rows: 24 }
  const screen: Screen = {
    size: () => size,
    keys: Stream.fromQueue(keys),
    resized: Stream.fromQueue(sizes),
    write: (text) => Effect.asVoid(Queue.offer(written, text))
  }
  return {
    screen,
    type: (key: string) => Queue.offer(keys, key),
    resize: (columns: number, rows: number) => {
      size = { columns, rows }
      return Queue.offer(sizes, undefined)
    },
    next: Queue.take(written)
  }
})

const draw = (view: string, { columns }: { readonly columns: number }, footer: string) => [
  `${columns}${footer.startsWith("held") ? " held" : ""}`,
  view
]

describe("a patch", () => {
  it("turns what is there into what shall be there, whatever both are", () => {
    const lines = fc.array(fc.constantFrom("", "a", "b", "longer"), { maxLength: 5 })
    fc.assert(
      fc.property(lines, lines, (before, now) => {
        const height = Math.max(before.length, now.length)
        const full = (all: ReadonlyArray<string>) => Array.from({ length: height }, (_, row) => all[row] ?? "")
        expect(apply(full(before), patch(before, now))).toEqual(full(now))
      })
    )
  })

  it("touches only lines that changed", () => {
    expect(patch(["a", "b", "c"], ["a", "x", "c"])).toBe("\u001B[2;1H\u001B[Kx")
    expect(patch(["a"], ["a"])).toBe("")
  })
})

describe("a live screen", () => {
  it.effect("draws each view, and all of it anew when it has another size", () =>
    Effect.gen(function* () {
      const { next, resize, screen } = yield* terminal
      const views = yield* Queue.unbounded<string>()
      const fiber = yield* Effect.forkChild(show(screen, Stream.fromQueue(views), draw))
      yield* Queue.offer(views, "one")
      expect(yield* next).toBe("\u001B[1;1H\u001B[K80\u001B[2;1H\u001B[Kone")
      yield* Queue.offer(views, "two")
      expect(yield* next).toBe("\u001B[2;1H\u001B[Ktwo")
      yield* resize(40, 10)
      expect(yield* next).toBe("\u001B[2J\u001B[1;1H\u001B[K40\u001B[2;1H\u001B[Ktwo")
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("ends with q, although the views go on", () =>
    Effect.gen(function* () {
      const { next, screen, type } = yield* terminal
      const stopped = yield* Deferred.make<void>()
      const views = Stream.make("one").pipe(
        Stream.concat(Stream.never),
        Stream.ensuring(Deferred.succeed(stopped, undefined))
      )
      const fiber = yield* Effect.forkChild(show(screen, views, draw))
      yield* next
      yield* type("x")
      yield* type("q")
      yield* Fiber.join(fiber)
      yield* Deferred.await(stopped)
    })
  )

  it.effect("ends when the views do", () =>
    Effect.gen(function* () {
      const { next, screen } = yield* terminal
      yield* show(screen, Stream.make("last"), draw)
      expect(yield* next).toContain("last")
    })
  )

  it.effect("holds the picture with p, and shows what came meanwhile with another p", () =>
    Effect.gen(function* () {
      const { next, screen, type } = yield* terminal
      const views = yield* Queue.unbounded<string>()
      const seen = yield* Queue.unbounded<string>()
      const told = Stream.tap(Stream.fromQueue(views), (view) => Queue.offer(seen, view))
      const fiber = yield* Effect.forkChild(show(screen, told, draw))
      yield* Queue.offer(views, "one")
      yield* next
      yield* type("p")
      expect(yield* next).toBe("\u001B[1;1H\u001B[K80 held")
      yield* Queue.offer(views, "two")
      expect(yield* Queue.takeN(seen, 2)).toEqual(["one", "two"])
      yield* type("p")
      let text = ""
      while (!text.includes("two")) text += yield* next
      expect(apply(["80 held", "one"], text)).toEqual(["80", "two"])
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("says what somebody can do, also where stdin is no terminal", () =>
    Effect.gen(function* () {
      const { next, screen } = yield* terminal
      const footer = (view: string, _: unknown, text: string) => [view, text]
      yield* show(screen, Stream.make("one"), footer)
      expect(yield* next).toContain("q ends, p holds the picture")
      yield* show({ ...screen, keys: undefined }, Stream.make("one"), footer)
      expect(yield* next).toMatch(/one.*Ctrl-C ends$/)
    })
  )

  it.effect("fails as the terminal does, and stops what it watched", () =>
    Effect.gen(function* () {
      const { screen } = yield* terminal
      const stopped = yield* Deferred.make<void>()
      const views = Stream.make("one").pipe(
        Stream.concat(Stream.never),
        Stream.ensuring(Deferred.succeed(stopped, undefined))
      )
      const gone = { ...screen, write: () => Effect.fail(new OutputClosed()) }
      expect(yield* Effect.flip(show(gone, views, draw))).toMatchObject({ _tag: "OutputClosed" })
      yield* Deferred.await(stopped)
    })
  )
})
