/**
 * The terminal of this process as a whole screen: with a buffer of its own, without a cursor, each key at once. What was
 * there before is back when the scope closes, or when the process ends in any way that leaves it a last word.
 *
 * @module
 */
import type { ReadStream, WriteStream } from "node:tty"
import { Effect, Queue, type Scope, Stream } from "effect"
import { OutputClosed, type Screen, type Shape } from "../output/Channels.ts"

/** Another buffer, no cursor, nothing on it. */
const enter = "\u001B[?1049h\u001B[?25l\u001B[2J\u001B[H"
/** No marks, a cursor, and the buffer that was there. */
const leave = "\u001B[0m\u001B[?25h\u001B[?1049l"

const escape = "\u001B"
const interrupt = "\u0003"
const suspend = "\u001A"

const nothing = (): void => {}

/** Of what is said on stderr meanwhile, so many texts are kept. */
const maxHeld = 1000

/** What is written to stderr would tear the screen: it is kept, and written when the screen is given back. */
const hold = (stream: WriteStream): (() => void) => {
  if (!stream.isTTY) return nothing
  const { write } = stream
  const held: Array<string | Uint8Array> = []
  type Done = (error?: Error | null) => void
  stream.write = (text: string | Uint8Array, encodingOrDone?: BufferEncoding | Done, done?: Done): boolean => {
    held.push(text)
    if (held.length > maxHeld) held.shift()
    const whenDone = typeof encodingOrDone === "function" ? encodingOrDone : done
    whenDone?.()
    return true
  }
  return () => {
    stream.write = write
    for (const text of held) stream.write(text)
  }
}

/** Tells whoever listens. */
const teller = <A>() => {
  const all = new Set<(event: A) => void>()
  return {
    tell: (event: A): void => {
      for (const listener of all) listener(event)
    },
    stream: Stream.callback<A>((queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const listener = (event: A): void => void Queue.offerUnsafe(queue, event)
          all.add(listener)
          return listener
        }),
        (listener) => Effect.sync(() => all.delete(listener))
      )
    )
  }
}

/** The sequence of one key, or a character. */
const key = new RegExp(`${escape}(?:\\[[0-?]*[ -/]*[@-~]|O[@-~])?|.`, "gsu")

/** Keys that were pressed quickly come together. */
const keysOf = (text: string): ReadonlyArray<string> => text.match(key) ?? []

const acquire = (stdin: ReadStream, stdout: WriteStream, stderr: WriteStream) => {
  const keys = teller<string>()
  const sizes = teller<void>()
  let release: (() => void) | undefined
  const take = (): void => {
    if (release !== undefined) return
    const giveBack = hold(stderr)
    if (stdin.isTTY) stdin.setRawMode(true)
    stdout.write(enter)
    release = () => {
      if (stdin.isTTY) stdin.setRawMode(false)
      stdout.write(leave)
      giveBack()
    }
  }
  const restore = (): void => {
    release?.()
    release = undefined
  }
  const resized = (): void => sizes.tell()
  const again = (): void => {
    take()
    resized()
  }
  let later: NodeJS.Timeout | undefined
  const suspended = (): void => {
    restore()
    // As the terminal itself does: whoever started this program, and waits for it, stops with it.
    process.kill(0, "SIGTSTP")
    // While the process is stopped no time goes by; where nobody could let it go on, it is not stopped.
    later = setTimeout(again, 50)
  }
  /** The terminal hands over all keys, also those that stand for signals otherwise. */
  const press = (key: string): void => {
    if (key === interrupt) process.kill(process.pid, "SIGINT")
    else if (key === suspend) suspended()
    else keys.tell(key)
  }
  const startedBy = process.ppid
  let isLost = false
  /** The terminal went away. This draws once more, which ends whoever draws. */
  const lost = (): void => {
    isLost = true
    resized()
  }
  const typed = (bytes: Buffer): void => keysOf(bytes.toString()).forEach(press)
  process.once("exit", restore)
  stdout.on("resize", resized)
  if (stdin.isTTY) {
    // It may be said again, also later.
    stdin.on("error", nothing)
    stdin.once("error", lost)
    stdin.once("end", lost)
    stdin.on("data", typed)
  }
  take()
  return {
    keys: stdin.isTTY ? keys.stream : undefined,
    resized: sizes.stream,
    // When whoever started this program is killed, a shell takes the terminal back, and lets it write over what is there.
    isLost: () => isLost || process.ppid !== startedBy,
    isTaken: () => release !== undefined,
    close: () => {
      restore()
      process.off("exit", restore)
      clearTimeout(later)
      stdout.off("resize", resized)
      stdin.off("data", typed)
      stdin.off("error", lost)
      stdin.off("end", lost)
      stdin.pause()
    }
  }
}

/** Where a terminal does not say how large it is. */
const usual = { columns: 80, rows: 24 }

const known = (told: number | undefined, otherwise: number): number =>
  told === undefined || told === 0 ? otherwise : told

/** Takes the terminal of this process. `write` is that of its stdout. */
export const open = (write: Shape["out"]): Effect.Effect<Screen, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { stderr, stdin, stdout } = process
    const { isLost, isTaken, keys, resized } = yield* Effect.acquireRelease(
      Effect.sync(() => acquire(stdin, stdout, stderr)),
      ({ close }) => Effect.sync(close)
    )
    return {
      keys,
      resized,
      size: () => ({ columns: known(stdout.columns, usual.columns), rows: known(stdout.rows, usual.rows) }),
      // What is not seen now is drawn anew when the screen is back.
      write: (text) =>
        Effect.suspend(() => {
          if (isLost()) return Effect.fail(new OutputClosed())
          return isTaken() ? write(text) : Effect.void
        })
    }
  })
