/**
 * Machines that customers of Google Cloud run have names such as `4.3.2.1.bc.googleusercontent.com`, and notebooks such as
 * `abc-dot-us-central1.notebooks.googleusercontent.com`. A link or a redirect to one would have been given the token.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Endpoint from "../../src/client/Endpoint.ts"

describe("a token for Google", () => {
  const trusts = Endpoint.trusts("https://www.googleapis.com")

  it("does not go to machines of customers of Google", () => {
    expect(trusts("https://4.3.2.1.bc.googleusercontent.com/export")).toBe(false)
    expect(trusts("https://abc-dot-us-central1.notebooks.googleusercontent.com/")).toBe(false)
  })

  it("goes to the hosts of its contents", () => {
    expect(trusts("https://lh3.googleusercontent.com/p/1")).toBe(true)
    expect(trusts("https://video-downloads.googleusercontent.com/1")).toBe(true)
    expect(trusts("https://doc-0s-docs.googleusercontent.com/export")).toBe(true)
    expect(trusts("https://docs.google.com/feeds/download/documents/export/Export?id=1")).toBe(true)
  })
})
