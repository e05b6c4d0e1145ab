// Uploads files to a Drive on disk until it is killed, and says each that is done.
import { createHash } from "node:crypto"
import { Effect } from "effect"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { begin, chunk, noise, send } from "./support.ts"

const [, , directory = "", seed = "0"] = process.argv

const program = Effect.gen(function* () {
  const drive = yield* Drive.open({ directory })
  for (let n = 0; ; n++) {
    const bytes = noise(chunk + 1000 * (n + 1), Number(seed) + n)
    const session = begin(drive, { name: `${n}` })
    send(drive, session, `bytes 0-${chunk - 1}/*`, bytes.subarray(0, chunk))
    const { id } = send(
      drive,
      session,
      `bytes ${chunk}-${bytes.length - 1}/${bytes.length}`,
      bytes.subarray(chunk)
    ).json
    process.stdout.write(`${id} ${createHash("md5").update(bytes).digest("hex")}\n`)
    yield* Effect.yieldNow
  }
})

await Effect.runPromise(Effect.scoped(program))
