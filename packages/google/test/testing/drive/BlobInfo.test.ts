import { expect, it } from "@effect/vitest"
import { blobInfo } from "../../../src/testing/drive/BlobInfo.ts"

it("a content has its size and the digests its standards publish", () => {
  // RFC 1321, appendix A.5; FIPS 180-2, appendices A.1 and B.1.
  expect(blobInfo(new TextEncoder().encode("abc"))).toEqual({
    size: 3,
    md5: "900150983cd24fb0d6963f7d28e17f72",
    sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  })
})
