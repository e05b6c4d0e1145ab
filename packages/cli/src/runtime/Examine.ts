/**
 * The checks of this machine: what the command line stands on.
 *
 * @module
 */
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describeError } from "@skippy/core"
import { FolderNode } from "@skippy/core/node"
import { Effect } from "effect"
import type { Found } from "../command/World.ts"
import type { Settled } from "./Settled.ts"

/** The oldest Node that is supported. */
const oldest = [22, 19] as const

const node = (): Found => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  const isNew = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return {
    name: "node",
    status: isNew ? "ok" : "failed",
    detail: `Node ${process.versions.node}`,
    ...(isNew ? {} : { fix: `install Node ${oldest.join(".")} or newer` })
  }
}

const folder = ({ places: { origin, path } }: Settled): Effect.Effect<Found> =>
  Effect.tryPromise(async () => {
    const file = join(path, `.doctor-${process.pid}`)
    FolderNode.make(path, 0o700)
    // An empty file has room on a full disk.
    await writeFile(file, Buffer.alloc(4096)).finally(() => rm(file, { force: true }))
  }).pipe(
    Effect.match({
      onFailure: ({ cause }): Found => ({
        name: "folder",
        status: "failed",
        detail: `${path} (${origin}) cannot be written: ${describeError(cause)}`,
        fix: "make it writable, or name another one with --path or SKIPPY_PATH"
      }),
      onSuccess: (): Found => ({ name: "folder", status: "ok", detail: `${path} (${origin})` })
    })
  )

const sqlite: Effect.Effect<Found> = Effect.match(
  Effect.tryPromise(() => import("node:sqlite")),
  {
    onFailure: (): Found => ({
      name: "state",
      status: "failed",
      detail: "this Node has no SQLite",
      fix: `install Node ${oldest.join(".")} or newer`
    }),
    onSuccess: (): Found => ({ name: "state", status: "ok", detail: "circuits and limits outlive a command (SQLite)" })
  }
)

/** The checks of this machine. */
export const examine = (settled: Settled | undefined): Effect.Effect<ReadonlyArray<Found>> =>
  Effect.all([Effect.sync(node), ...(settled === undefined ? [] : [folder(settled)]), sqlite])
