/** Google's own client, unmodified, at an emulated Drive on real sockets. */
import { auth, drive, type drive_v3 } from "@googleapis/drive"
import { Effect } from "effect"
import { EmulatorServer } from "@skippy/http/testing"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"

/** The official client with a fixed token. It does not repeat what fails. */
export const officialAt = (url: string, token = "token-of-a-test"): drive_v3.Drive => {
  const signedIn = new auth.OAuth2()
  signedIn.setCredentials({ access_token: token })
  return drive({ version: "v3", auth: signedIn, rootUrl: `${url}/`, retry: false })
}

/** Its HTTP client, which sends the token along. */
export const authOf = (official: drive_v3.Drive): InstanceType<typeof auth.OAuth2> => {
  const { auth: signedIn } = official.context._options
  if (!(signedIn instanceof auth.OAuth2)) throw new Error("nobody is signed in")
  return signedIn
}

/** An emulated Drive and the official client for it. Uploads take the address with each call. */
export const served = (options?: Parameters<typeof DriveEmulator.make>[0]) =>
  Effect.gen(function* () {
    const emulator = DriveEmulator.make(options)
    const server = yield* EmulatorServer.start(emulator)
    return { emulator, server, official: officialAt(server.url), at: { rootUrl: `${server.url}/` } }
  })

/** What a call of the official client fails with. */
export const failure = (call: Promise<unknown>) =>
  Effect.promise(() =>
    call.then(
      () => undefined,
      (error: { status?: number; response?: { data?: unknown } }) => ({
        status: error.status,
        body: error.response?.data
      })
    )
  )
