/** The emulator believes the signatures of a key, and no others. */
import { generateKeyPairSync, sign } from "node:crypto"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isSignedBy as verify } from "../../../src/testing/DigestsNode.ts"

describe("the emulator's RS256", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const { e = "", n = "" } = publicKey.export({ format: "jwk" })

  it("takes what Node signs, and nothing that was changed", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(255), fc.integer({ min: 1, max: 255 }), (text, other, at, by) => {
        const signature = sign("sha256", Buffer.from(text), privateKey)
        expect(verify({ e, n }, text, signature.toString("base64url"))).toBe(true)
        if (other !== text) expect(verify({ e, n }, other, signature.toString("base64url"))).toBe(false)
        signature[at] = (signature[at] ?? 0) ^ by
        expect(verify({ e, n }, text, signature.toString("base64url"))).toBe(false)
      }),
      { numRuns: 50 }
    )
  })

  it("takes no signature of another length, and none with another padding", () => {
    expect(verify({ e, n }, "text", "")).toBe(false)
    expect(verify({ e: "", n: "" }, "text", "")).toBe(false)
    const pss = sign("sha256", Buffer.from("text"), { key: privateKey, padding: 6 })
    expect(verify({ e, n }, "text", pss.toString("base64url"))).toBe(false)
  })
})
