import { EmulatorClient } from "@skippy/http/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import * as DriveFaults from "../../../src/testing/drive/DriveFaults.ts"

const faults = [
  ["rateLimited", DriveFaults.rateLimited(), 403, "rateLimitExceeded"],
  ["rateLimited by 429", DriveFaults.rateLimited(429), 429, "rateLimitExceeded"],
  ["userRateLimited", DriveFaults.userRateLimited, 403, "userRateLimitExceeded"],
  ["sharingRateLimited", DriveFaults.sharingRateLimited, 403, "sharingRateLimitExceeded"],
  ["dailyLimitExceeded", DriveFaults.dailyLimitExceeded, 403, "dailyLimitExceeded"],
  ["storageQuotaExceeded", DriveFaults.storageQuotaExceeded, 403, "storageQuotaExceeded"],
  ["backendError", DriveFaults.backendError(503), 503, "backendError"],
  ["invalidCredentials", DriveFaults.invalidCredentials, 401, "authError"],
  ["insufficientFilePermissions", DriveFaults.insufficientFilePermissions("a"), 403, "insufficientFilePermissions"],
  ["sessionLost", DriveFaults.sessionLost, 404, "notFound"]
] as const

describe("a fault of Drive", () => {
  it.for(faults)("%s has the body of Google", ([, fault, status, reason]) => {
    if (fault._tag !== "Status") throw new Error("not an answer")
    expect(fault.status).toBe(status)
    expect(JSON.parse(String(fault.body))).toMatchObject({ error: { code: status, errors: [{ reason }] } })
  })

  it.effect("is met by the requests it is for, and changes nothing", () =>
    Effect.gen(function* () {
      const drive = Drive.make({ files: [{ id: "a", name: "a", content: "x" }] })
      const when = { method: "DELETE", path: "/drive/v3/files/" }
      const { client } = EmulatorClient.make(drive, {
        faults: DriveFaults.failWith({
          when,
          times: 2,
          status: 403,
          reason: "userRateLimitExceeded",
          headers: { "retry-after": "3" }
        })
      })
      const headers = { authorization: "Bearer token-of-a-test" }
      const remove = client.del("https://drive.test/drive/v3/files/a", { headers })
      const first = yield* remove
      expect([first.status, first.headers["retry-after"]]).toEqual([403, "3"])
      expect((yield* client.get("https://drive.test/drive/v3/files/a", { headers })).status).toBe(200)
      expect((yield* remove).status).toBe(403)
      expect((yield* remove).status).toBe(204)
    })
  )

  it("can be a page in HTML", () => {
    const fault = DriveFaults.htmlError()
    expect(fault).toMatchObject({ status: 502, headers: { "content-type": "text/html; charset=UTF-8" } })
  })
})
