/**
 * Who asks, what they may see and what they may do.
 *
 * @module
 */
import type { Endpoint, Permissions, Viewer } from "./Endpoint.ts"
import type { Options, TokenOptions } from "./Options.ts"
import { notFound, problem, type Reply } from "./Reply.ts"
import { canPush, type Repository, type State } from "./State.ts"

/** Credentials that came and are nobody's. */
export const badCredentials = "badCredentials"

/** Finds out who asks: nobody in particular (`undefined`) without an `authorization` header. */
export const authenticate = (
  authorization: string | undefined,
  tokens: ReadonlyArray<TokenOptions>,
  state: State
): Viewer | typeof badCredentials | undefined => {
  if (authorization === undefined) return undefined
  const [, sent] = /^(?:bearer|token) +(\S+)$/i.exec(authorization) ?? []
  const token = tokens.find((each) => each.token === sent)
  return token === undefined ? badCredentials : { token, user: state.userOf(token.login) }
}

const scopesOf = ({ permissions, scopes }: TokenOptions): ReadonlyArray<string> | undefined =>
  permissions === undefined ? (scopes ?? ["repo"]) : undefined

const isGranted = ({ permissions }: TokenOptions, needed: Permissions): boolean =>
  needed.some(({ kind, level }) => {
    const granted = kind === "metadata" ? "read" : permissions?.[kind]
    return granted === "write" || granted === level
  })

/** Whether the repository exists as far as whoever asks can tell. A private one does not show that it does. */
export const canSee = (viewer: Viewer | undefined, repository: Repository): boolean => {
  if (!repository.private) return true
  if (viewer === undefined || !canPush(repository, viewer.user.login)) return false
  return scopesOf(viewer.token)?.includes("repo") ?? true
}

/** What the headers of every answer say about the token. */
export const tokenHeaders = (viewer: Viewer | undefined, endpoint: Endpoint | undefined): Record<string, string> => {
  if (viewer === undefined) return {}
  const scopes = scopesOf(viewer.token)
  if (scopes !== undefined) {
    return { "x-oauth-scopes": scopes.join(", "), "x-accepted-oauth-scopes": endpoint?.scopes ?? "" }
  }
  if (endpoint === undefined) return {}
  const permissions = endpoint.permissions.map(({ kind, level }) => `${kind}=${level}`).join("; ")
  return { "x-accepted-github-permissions": permissions }
}

/** The refusal of a request whose repository can be seen, if it is refused. */
export const refusalOf = (
  { token }: Viewer,
  repository: Repository,
  { method, permissions, place }: Endpoint,
  missingScopeStatus: Options["missingScopeStatus"]
): Reply | undefined => {
  if (method === "GET" && !repository.private) return undefined
  const scopes = scopesOf(token)
  if (scopes === undefined) {
    return isGranted(token, permissions)
      ? undefined
      : problem(403, "Resource not accessible by personal access token", place)
  }
  if (scopes.includes("repo") || (scopes.includes("public_repo") && !repository.private)) return undefined
  // 404: https://github.com/octokit/octokit.rb/issues/1093, 403: https://github.com/rundel/ghclass/issues/120
  return missingScopeStatus === 403 ? problem(403, "Must have admin rights to Repository.", place) : notFound(place)
}
