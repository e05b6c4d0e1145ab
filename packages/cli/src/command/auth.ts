/**
 * `skippy auth`.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { Flag } from "effect/cli"
import type { Form } from "../output/Output.ts"
import { Output } from "../output/Output.ts"
import { oneLine, table } from "../output/Style.ts"
import { credentials, Credential, credentialRow } from "./credentials.ts"
import { answering, group, off, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"

const SignedIn = Schema.Struct({
  /** Where the tokens are, readable for their owner only. */
  file: Schema.String,
  scopes: Schema.Array(Schema.String),
  openedBrowser: Schema.Boolean
})

const login = answering(
  "login",
  {
    summary: "Sign in to Google in the browser",
    more: "It needs an OAuth client of the type desktop app: google.client_id (SKIPPY_GOOGLE_CLIENT_ID), and google.client_secret when it has one. With --sandbox somebody signs in at an emulated page, and no client is needed.",
    examples: [
      ["auth login", "for all files of Drive"],
      ["auth login --scope drive.readonly --scope photospicker", "to read files, and for photos that are picked"],
      ["auth login --no-browser", "the address only, to be opened by hand on this machine"]
    ]
  },
  {
    scopes: Flag.String("scope").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription(
        "What for: drive (default), drive.readonly, drive.file, photospicker, or a scope written out; may be given again"
      ),
      Flag.atLeast(0)
    ),
    openBrowser: off("browser", "Open the system's browser"),
    loginHint: text("login-hint", "ADDRESS", "Who should sign in")
  },
  {
    schema: SignedIn,
    text: ({ file, scopes }, style) =>
      `${style.good("signed in")}; the tokens are in ${oneLine(file)}\n${style.dim(scopes.join("\n"))}`
  },
  ({ scopes, ...input }, { signIn }) =>
    Effect.gen(function* () {
      const { note } = yield* Output
      return yield* signIn({
        ...input,
        scopes: scopes.length === 0 ? ["drive"] : scopes,
        announce: (url) => note(`sign in at ${url}`)
      })
    })
)

const status: Form<ReadonlyArray<Credential>, ReadonlyArray<typeof Credential.Encoded>> = {
  schema: Schema.Array(Credential),
  text: (all) => table(all.map(credentialRow))
}

const statusCommand = answering(
  "status",
  {
    summary: "Show which credentials there are, and whether Google accepts them",
    more: "A secret is never shown.",
    examples: [["auth status", "of Google, GitHub and Pexels"]]
  },
  {},
  status,
  (_, world) => credentials(world)
)

const logout = answering(
  "logout",
  {
    summary: "Sign out of Google",
    more: "The tokens are ended at Google, and their file is removed. Credentials of the environment stay.",
    examples: [["auth logout", "whoever signed in with auth login"]]
  },
  {},
  {
    schema: Schema.Struct({ signedOut: Schema.Boolean }),
    text: ({ signedOut }, style) => (signedOut ? style.good("signed out") : style.dim("nobody was signed in"))
  },
  (_, { signOut }) => Effect.map(signOut, (signedOut) => ({ signedOut }))
)

/** `skippy auth`. */
export const auth = group("auth", summaries.auth, [login, statusCommand, logout])
