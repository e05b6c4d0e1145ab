import { createHash } from "node:crypto"
import { expect, it } from "vitest"
import { blobInfo } from "../../../src/testing/drive/Digests.ts"
import { noise } from "./support.ts"

it("the checksums are those of Node, for every length around a block", () => {
  for (const length of [...Array.from({ length: 200 }, (_, n) => n), 100_000]) {
    const bytes = noise(length)
    const of = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex")
    expect(blobInfo(bytes)).toEqual({ size: length, md5: of("md5"), sha1: of("sha1"), sha256: of("sha256") })
  }
})
