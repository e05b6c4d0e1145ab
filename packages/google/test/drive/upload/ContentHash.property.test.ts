import { Checksums } from "@skippy/http/authoring"
import { Effect } from "effect"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import * as ContentHash from "../../../src/drive/upload/ContentHash.ts"

const checksums = await Effect.runPromise(Effect.provide(Checksums.Checksums, Checksums.layer))

describe("the checksum of what is sent", () => {
  it("counts each byte once, however often it is sent again", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 0, max: 40 })), { maxLength: 30 }),
        (content, sendings) => {
          const hash = ContentHash.make(checksums.make("md5"))
          for (const [back, length] of sendings) {
            const offset = Math.max(0, hash.position() - back)
            hash.take(offset, content.subarray(offset, offset + length))
          }
          hash.take(hash.position(), content.subarray(hash.position()))
          expect(hash.hex()).toBe(createHash("md5").update(content).digest("hex"))
          expect(hash.hex()).toBe(createHash("md5").update(content).digest("hex"))
        }
      )
    )
  })

  it("does not pass over bytes", () => {
    const hash = ContentHash.make(checksums.make("md5"))
    expect(() => hash.take(1, Uint8Array.of(1))).toThrow("bytes 0 to 1 were left out")
  })
})
