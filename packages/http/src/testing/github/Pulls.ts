/**
 * The endpoints of pull requests (https://docs.github.com/en/rest/pulls/pulls).
 *
 * @module
 */
import * as Body from "./Body.ts"
import { type Call, type Endpoint, sorted, type Viewer } from "./Endpoint.ts"
import { textErrors } from "./ItemText.ts"
import { fullPullView, pullView } from "./ItemView.ts"
import { paginate } from "./Pages.ts"
import { created, type FieldError, notFound, ok, type Reply, validationFailed } from "./Reply.ts"
import type { Item, Pull, Repository, Side } from "./State.ts"

const month = 30 * 24 * 60 * 60 * 1000

const labelOf = ({ branch, repository }: Side): string => `${repository.owner.login}:${branch}`

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

interface PullItem {
  readonly item: Item
  readonly pull: Pull
}

const pullsOf = ({ items }: Repository): ReadonlyArray<PullItem> =>
  items.flatMap((item) => (item.pull === undefined ? [] : [{ item, pull: item.pull }]))

const selects = ({ searchParams }: URL, now: number): ((of: PullItem) => boolean) => {
  const state = searchParams.get("state") ?? "open"
  const head = searchParams.get("head")
  const base = searchParams.get("base")
  const longRunning = searchParams.get("sort") === "long-running"
  return ({ item: { closedAt, createdAt, updatedAt }, pull }) =>
    // An unknown state lists what is open (https://github.com/brekkylab/backlot/pull/166).
    (state === "all" || (closedAt === undefined) === (state !== "closed")) &&
    // Without an owner, GitHub takes no notice of it.
    (head === null || !head.includes(":") || same(labelOf(pull.head), head)) &&
    (base === null || pull.base.branch === base) &&
    (!longRunning || (createdAt < now - month && updatedAt > now - month))
}

const keys: Readonly<Record<string, (item: Item) => number>> = {
  updated: ({ updatedAt }) => updatedAt,
  popularity: ({ comments }) => comments
}

const list = ({ canonical, now, repository, url }: Call): Reply => {
  const sort = url.searchParams.get("sort") ?? "created"
  const direction = url.searchParams.get("direction") ?? (sort === "created" ? "desc" : "asc")
  const shown = pullsOf(repository).filter(selects(url, now))
  const all = sorted(
    shown.map(({ item }) => item),
    keys[sort] ?? (({ createdAt }) => createdAt),
    direction === "asc"
  )
  const { headers, items } = paginate(all, url, canonical)
  return ok(
    items.flatMap((item) => (item.pull === undefined ? [] : [pullView(item, item.pull, repository, url.origin)])),
    headers
  )
}

const get = ({ repository, url }: Call, _: Viewer | undefined, place: string, number: number): Reply => {
  const found = pullsOf(repository).find(({ item }) => item.number === number)
  return found === undefined ? notFound(place) : ok(fullPullView(found.item, found.pull, repository, url.origin))
}

const invalid = (field: "base" | "head"): FieldError => ({ resource: "PullRequest", field, code: "invalid" })

const custom = (message: string): FieldError => ({ resource: "PullRequest", code: "custom", message })

/** How GitHub writes a side that is compared: with its owner only when it comes from a fork. */
const comparedTo = (side: Side, repository: Repository): string =>
  side.repository === repository ? side.branch : labelOf(side)

/**
 * Why these branches make no pull request: https://github.com/google/go-github/issues/1441,
 * https://github.com/tgymnich/fork-sync/issues/112
 */
const conflictOf = (repository: Repository, head: Side, base: Side): FieldError | undefined => {
  const exists = pullsOf(repository).some(
    ({ item, pull }) =>
      item.closedAt === undefined &&
      pull.base.branch === base.branch &&
      pull.head.repository === head.repository &&
      pull.head.branch === head.branch
  )
  if (exists) return custom(`A pull request already exists for ${labelOf(head)}.`)
  if (head.sha !== base.sha) return undefined
  return custom(`No commits between ${comparedTo(base, repository)} and ${comparedTo(head, repository)}`)
}

const create = (call: Call, viewer: Viewer, place: string): Reply => {
  const { now, repository, state, url } = call
  const read = Body.read(
    call.body,
    {
      base: { type: "a string", required: true },
      head: { type: "a string", required: true },
      title: { type: "a string" },
      body: { type: "a string", nullable: true },
      draft: { type: "a boolean" },
      maintainer_can_modify: { type: "a boolean" }
    },
    place
  )
  if (!("body" in read)) return read
  const title = Body.text(read.body, "title") ?? ""
  const body = Body.text(read.body, "body")
  const base = repository.branches.has(Body.text(read.body, "base") ?? "")
    ? state.sideOf(repository, Body.text(read.body, "base") ?? "")
    : undefined
  const head = state.sideOf(repository, Body.text(read.body, "head") ?? "")
  const texts = textErrors(title, body)
  if (base === undefined || head === undefined || texts.length > 0) {
    const sides = [...(base === undefined ? [invalid("base")] : []), ...(head === undefined ? [invalid("head")] : [])]
    return validationFailed(place, [...texts, ...sides])
  }
  const conflict = conflictOf(repository, head, base)
  if (conflict !== undefined) return validationFailed(place, [conflict])
  const pull: Pull = {
    head,
    base,
    draft: read.body["draft"] === true,
    maintainerCanModify: read.body["maintainer_can_modify"] === true && head.repository !== repository,
    mergedAt: undefined
  }
  const item = state.create(
    repository,
    { title, body: body ?? null, author: viewer.user, labels: [], assignees: [], pull },
    now
  )
  const view = fullPullView(item, pull, repository, url.origin)
  return created(view, view.url)
}

const readPermissions: Endpoint["permissions"] = [{ kind: "pull_requests", level: "read" }]

/** The endpoints. */
export const endpoints: ReadonlyArray<Endpoint> = [
  {
    method: "GET",
    path: /^\/pulls$/,
    place: "https://docs.github.com/rest/pulls/pulls#list-pull-requests",
    scopes: "repo",
    permissions: readPermissions,
    run: list
  },
  {
    method: "GET",
    path: /^\/pulls\/(\d+)$/,
    place: "https://docs.github.com/rest/pulls/pulls#get-a-pull-request",
    scopes: "repo",
    permissions: readPermissions,
    run: get
  },
  {
    method: "POST",
    path: /^\/pulls$/,
    place: "https://docs.github.com/rest/pulls/pulls#create-a-pull-request",
    scopes: "public_repo, repo",
    permissions: [{ kind: "pull_requests", level: "write" }],
    run: create
  }
]
