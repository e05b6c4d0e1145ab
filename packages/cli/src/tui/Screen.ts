/**
 * Shows views on a terminal until somebody wants no more: only lines that changed are written, `q` ends it, `p` holds the
 * picture while what is watched goes on.
 *
 * @module
 */
import { Effect, Ref, Stream } from "effect"
import type { OutputClosed, OutputFailed, Screen } from "../output/Channels.ts"

/** Draws a view for a screen of a size; `footer` says what somebody can do. */
export type Draw<A> = (
  view: A,
  size: { readonly columns: number; readonly rows: number },
  footer: string
) => ReadonlyArray<string>

/** What turns the lines of before into those of now: each line that is another one, erased and written again. */
export const patch = (before: ReadonlyArray<string>, now: ReadonlyArray<string>): string => {
  const count = Math.max(before.length, now.length)
  let text = ""
  for (let row = 0; row < count; row++) {
    const line = now[row] ?? ""
    if (line !== (before[row] ?? "")) text += `\u001B[${row + 1};1H\u001B[K${line}`
  }
  return text
}

const clear = "\u001B[2J"

type Happened<A> = { readonly view: A } | { readonly key: string } | "resized"

interface State<A> {
  /** The newest view. */
  readonly view: A | undefined
  /** The view that is held; what comes meanwhile is shown later. */
  readonly held: A | undefined
  readonly lines: ReadonlyArray<string>
}

/** What somebody can do, for the last line; without a keyboard only the terminal itself hears them. */
const footerOf = (hasKeys: boolean, isHeld: boolean): string => {
  if (!hasKeys) return "Ctrl-C ends"
  return isHeld ? "held: p goes on, q ends" : "q ends, p holds the picture"
}

const isEnd = (key: string): boolean => key === "q" || key === "Q"
const isPause = (key: string): boolean => key === "p" || key === "P" || key === " "

/** Ends when the views do, or when somebody presses `q`. */
export const show = <A, E, R>(
  { keys, resized, size, write }: Screen,
  views: Stream.Stream<A, E, R>,
  draw: Draw<A>
): Effect.Effect<void, E | OutputClosed | OutputFailed, R> =>
  Effect.gen(function* () {
    const state = yield* Ref.make<State<A>>({ view: undefined, held: undefined, lines: [] })
    const redraw = (begin: string) =>
      Effect.gen(function* () {
        const { held, lines, view } = yield* Ref.get(state)
        const shown = held ?? view
        if (shown === undefined) return
        const next = draw(shown, size(), footerOf(keys !== undefined, held !== undefined))
        yield* Ref.update(state, (all) => ({ ...all, lines: next }))
        const text = begin + patch(begin === "" ? lines : [], next)
        if (text !== "") yield* write(text)
      })
    const handle = (happened: Happened<A>) => {
      if (happened === "resized") return redraw(clear)
      if ("view" in happened)
        return Effect.andThen(
          Ref.update(state, (all) => ({ ...all, view: happened.view })),
          redraw("")
        )
      if (!isPause(happened.key)) return Effect.void
      return Effect.andThen(
        Ref.update(state, (all) => ({ ...all, held: all.held === undefined ? all.view : undefined })),
        redraw("")
      )
    }
    // A terminal that is slow sees the last view, not all of them.
    const seen = views.pipe(
      Stream.map((view): Happened<A> => ({ view })),
      Stream.buffer({ capacity: 1, strategy: "sliding" })
    )
    const typed = Stream.map(keys ?? Stream.empty, (key): Happened<A> => ({ key }))
    const sized = Stream.map(resized, (): Happened<A> => "resized")
    yield* seen.pipe(
      Stream.merge(Stream.merge(typed, sized), { haltStrategy: "left" }),
      Stream.takeUntil((happened) => happened !== "resized" && "key" in happened && isEnd(happened.key)),
      Stream.runForEach(handle)
    )
  })
