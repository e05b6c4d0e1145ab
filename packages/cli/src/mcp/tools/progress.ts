/**
 * How far a tool is with files, in bytes.
 *
 * @module
 */
import { Effect } from "effect"
import { bytesText, count, oneLine } from "../../output/Style.ts"
import { ToolCall } from "../Tool.ts"

/** Bytes that were brought from one side to the other. */
export interface Bytes {
  readonly bytes: number
  readonly total?: number | undefined
}

/** Tells the bytes of one file. */
export const ofFile = (name: string): Effect.Effect<(done: Bytes) => Effect.Effect<void>, never, ToolCall> =>
  Effect.map(ToolCall, ({ progress }) => ({ bytes, total }) => {
    const of = total === undefined ? "" : ` of ${bytesText(total)}`
    return progress({ progress: bytes, total, message: `${oneLine(name)}: ${bytesText(bytes)}${of}` })
  })

/** Tells the bytes of many files together; how many there will be is not known. */
export const ofFiles: Effect.Effect<(done: Bytes & { readonly path: string }) => Effect.Effect<void>, never, ToolCall> =
  Effect.map(ToolCall, ({ progress }) => {
    const sent = new Map<string, number>()
    return ({ bytes, path }) =>
      Effect.suspend(() => {
        sent.set(path, bytes)
        const all = [...sent.values()].reduce((sum, one) => sum + one, 0)
        return progress({ progress: all, message: `${bytesText(all)} of ${count(sent.size, "file")}` })
      })
  })

/** Tells how many files are done with. */
export const ofMany: Effect.Effect<
  (done: { readonly done: number; readonly total: number }) => Effect.Effect<void>,
  never,
  ToolCall
> = Effect.map(
  ToolCall,
  ({ progress }) =>
    ({ done, total }) =>
      progress({ progress: done, total, message: `${done} of ${count(total, "file")}` })
)
