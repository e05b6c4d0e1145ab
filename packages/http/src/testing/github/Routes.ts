/**
 * Which repository and endpoint a request means.
 *
 * @module
 */
import type { Endpoint } from "./Endpoint.ts"
import * as Issues from "./Issues.ts"
import * as Pulls from "./Pulls.ts"
import { ok } from "./Reply.ts"
import { fullRepositoryView } from "./RepositoryView.ts"
import type { Repository, State } from "./State.ts"

const repositoryEndpoint: Endpoint = {
  method: "GET",
  path: /^$/,
  place: "https://docs.github.com/rest/repos/repos#get-a-repository",
  scopes: "repo",
  permissions: [{ kind: "metadata", level: "read" }],
  run: ({ repository, url }, viewer) => ok(fullRepositoryView(repository, viewer?.user.login, url.origin))
}

const endpoints: ReadonlyArray<Endpoint> = [repositoryEndpoint, ...Pulls.endpoints, ...Issues.endpoints]

/** What a path means. */
export interface Route {
  readonly endpoint: Endpoint
  /** The number in the path, 0 when there is none. */
  readonly number: number
  /** The repository, when there is one. */
  readonly repository: Repository | undefined
  /** Whether it was asked for by a name it no longer has. */
  readonly moved: boolean
  /** What comes after the name of the repository. */
  readonly rest: string
}

const findRepository = (path: string, state: State) => {
  const [, named, rest = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? []
  if (named !== undefined) {
    const current = state.repository(decoded(named))
    return { repository: current ?? state.renamed(decoded(named)), moved: current === undefined, rest }
  }
  const [, id, restOfId = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? []
  return id === undefined ? undefined : { repository: state.repositoryOfId(Number(id)), moved: false, rest: restOfId }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The route of a request, or `undefined` when GitHub has nothing there. HEAD is routed as GET. */
export const routeOf = (method: string, path: string, state: State): Route | undefined => {
  const found = findRepository(path, state)
  if (found === undefined) return undefined
  for (const endpoint of endpoints) {
    const match = endpoint.path.exec(found.rest)
    if (match !== null && endpoint.method === (method === "HEAD" ? "GET" : method)) {
      return { ...found, endpoint, number: Number(match[1] ?? 0) }
    }
  }
  return undefined
}
