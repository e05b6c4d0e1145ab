import type { EmulatorAnswer } from "../../../src/testing/Emulator.ts"
import * as GitHubEmulator from "../../../src/testing/GitHubEmulator.ts"

/** What a test asks. `ada` owns what there is, and her token may do everything, unless something else is said. */
export interface Ask {
  readonly token?: string | undefined
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly now?: number
  readonly origin?: string
}

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: EmulatorAnswer["body"]
  readonly json: ReturnType<typeof JSON.parse>
}

const encoder = new TextEncoder()

const asked = ({ body, headers = {}, status }: EmulatorAnswer): Asked => ({
  status,
  headers,
  body,
  json:
    typeof body === "string" && headers["content-type"]?.startsWith("application/json") ? JSON.parse(body) : undefined
})

/** Asks the machine directly. A text is sent as it is, anything else as JSON. */
export const ask = (github: GitHubEmulator.GitHubEmulator, what: string, options: Ask = {}): Asked => {
  const { body, headers, now = 0, origin = "https://api.github.com" } = options
  const token = "token" in options ? options.token : "ada-token"
  const [method = "GET", path = "/"] = what.split(" ")
  const request = {
    method,
    url: new URL(origin + path),
    headers: {
      "user-agent": "test",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers
    },
    body: body === undefined ? new Uint8Array() : encoder.encode(typeof body === "string" ? body : JSON.stringify(body))
  }
  return asked(github.handle(request, now))
}

export const tokens: ReadonlyArray<GitHubEmulator.TokenOptions> = [
  { token: "ada-token", login: "ada" },
  { token: "bob-token", login: "bob" },
  { token: "public-token", login: "bob", scopes: ["gist", "public_repo"] },
  { token: "empty-token", login: "bob", scopes: [] },
  { token: "fine-token", login: "bob", permissions: { issues: "write", pull_requests: "read" } },
  { token: "bare-token", login: "bob", permissions: {} }
]

/** An emulator with one repository, `ada/engine`, and whatever else is given. */
export const github = (
  repository: Partial<GitHubEmulator.RepositoryOptions> = {},
  others: Omit<GitHubEmulator.Options, "repositories" | "tokens"> & {
    readonly repositories?: ReadonlyArray<GitHubEmulator.RepositoryOptions>
  } = {}
): GitHubEmulator.GitHubEmulator => {
  const { repositories = [], ...options } = others
  return GitHubEmulator.make({
    tokens,
    repositories: [{ owner: "ada", name: "engine", branches: ["notes", "loops"], ...repository }, ...repositories],
    ...options
  })
}

/** So many issues or pull requests, the first the oldest. */
export const many = (count: number): ReadonlyArray<{ readonly title: string; readonly createdAt: number }> =>
  Array.from({ length: count }, (_, index) => ({ title: `number ${index + 1}`, createdAt: index * 1000 }))

export const numbersOf = ({ json }: Asked): ReadonlyArray<number> =>
  json.map(({ number }: { readonly number: number }) => number)
