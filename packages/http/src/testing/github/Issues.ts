/**
 * The endpoints of issues (https://docs.github.com/en/rest/issues/issues).
 *
 * @module
 */
import * as Body from "./Body.ts"
import { type Call, type Endpoint, sorted, type Viewer } from "./Endpoint.ts"
import { textErrors } from "./ItemText.ts"
import { issueView } from "./ItemView.ts"
import { paginate } from "./Pages.ts"
import { created, type FieldError, notFound, ok, problem, type Reply, validationFailed } from "./Reply.ts"
import { canPush, type Item, type User } from "./State.ts"

/** The text was "Issues are disabled for this repo" once (https://github.com/ossf/allstar/issues/64). */
const disabled = (place: string): Reply => problem(410, "Issues has been disabled in this repository.", place)

const invalid = (field: string, value: string): FieldError => ({ value, resource: "Issue", field, code: "invalid" })

/** Invalid values of the list (https://github.com/brekkylab/backlot/pull/166); `since` is taken to be as `state` is. */
const listErrors = ({ searchParams }: URL): ReadonlyArray<FieldError> => {
  const state = searchParams.get("state") ?? "open"
  const since = searchParams.get("since")
  return [
    ...(["open", "closed", "all"].includes(state) ? [] : [invalid("state", state)]),
    ...(since !== null && Number.isNaN(Date.parse(since)) ? [invalid("since", since)] : [])
  ]
}

const isAssigned = (assignees: ReadonlyArray<User>, asked: string): boolean =>
  asked === "*"
    ? assignees.length > 0
    : asked === "none"
      ? assignees.length === 0
      : assignees.some(({ login }) => login.toLowerCase() === asked.toLowerCase())

const isLabelled = ({ labels }: Item, asked: string): boolean =>
  labels.some((label) => label.toLowerCase() === asked.trim().toLowerCase())

const selects = ({ searchParams }: URL): ((item: Item) => boolean) => {
  const state = searchParams.get("state") ?? "open"
  const since = searchParams.get("since")
  const creator = searchParams.get("creator")?.toLowerCase()
  const assignee = searchParams.get("assignee")
  const labels = (searchParams.get("labels") ?? "").split(",").filter((label) => label !== "")
  return (item) =>
    (state === "all" || (item.closedAt === undefined) === (state === "open")) &&
    // GitHub keeps moments in seconds.
    (since === null || Math.floor(item.updatedAt / 1000) * 1000 > Date.parse(since)) &&
    (creator === undefined || item.author.login.toLowerCase() === creator) &&
    (assignee === null || isAssigned(item.assignees, assignee)) &&
    labels.every((label) => isLabelled(item, label))
}

const createdAt = ({ createdAt }: Item): number => createdAt

const keys: Readonly<Record<string, (item: Item) => number>> = {
  created: createdAt,
  updated: ({ updatedAt }) => updatedAt,
  comments: ({ comments }) => comments
}

const list = ({ canonical, repository, url }: Call): Reply => {
  const errors = listErrors(url)
  if (errors.length > 0) return validationFailed("https://docs.github.com/v3/issues/#list-issues", errors)
  const key = keys[url.searchParams.get("sort") ?? "created"] ?? createdAt
  const shown = repository.items.filter(({ pull }) => repository.hasIssues || pull !== undefined).filter(selects(url))
  const { headers, items } = paginate(sorted(shown, key, url.searchParams.get("direction") === "asc"), url, canonical)
  return ok(
    items.map((item) => issueView(item, repository, url.origin)),
    headers
  )
}

const get = ({ repository, url }: Call, _: Viewer | undefined, place: string, number: number): Reply => {
  const item = repository.items.find((each) => each.number === number)
  if (item === undefined) return notFound(place)
  if (!repository.hasIssues && item.pull === undefined) return disabled(place)
  return ok(issueView(item, repository, url.origin))
}

/** Nobody can be assigned who is not there (https://github.com/trstringer/manual-approval/issues/71). */
const assigneesOf = ({ state }: Call, logins: ReadonlyArray<string>) => {
  const users = logins.map((login) => state.findUser(login))
  const errors = logins.filter((_, index) => users[index] === undefined).map((value) => invalid("assignees", value))
  return { errors, users: users.filter((user) => user !== undefined) }
}

const create = (call: Call, viewer: Viewer, place: string): Reply => {
  const { now, repository, state, url } = call
  if (!repository.hasIssues) return disabled(place)
  const read = Body.read(
    call.body,
    {
      title: { type: "a string", required: true },
      body: { type: "a string", nullable: true },
      labels: { type: "an array" },
      assignees: { type: "an array" }
    },
    place
  )
  if (!("body" in read)) return read
  const title = Body.text(read.body, "title") ?? ""
  const body = Body.text(read.body, "body")
  // Without push access, labels and assignees are silently dropped.
  const mayLabel = canPush(repository, viewer.user.login)
  const assignees = assigneesOf(call, mayLabel ? Body.names(read.body, "assignees") : [])
  const errors = [...textErrors(title, body), ...assignees.errors]
  if (errors.length > 0) return validationFailed(place, errors)
  const item = state.create(
    repository,
    {
      title,
      body: body ?? null,
      author: viewer.user,
      labels: mayLabel ? [...new Set(Body.names(read.body, "labels"))] : [],
      assignees: assignees.users,
      pull: undefined
    },
    now
  )
  const view = issueView(item, repository, url.origin)
  return created(view, view.url)
}

const issuePermissions: Endpoint["permissions"] = [
  { kind: "issues", level: "read" },
  { kind: "pull_requests", level: "read" }
]

/** The endpoints. */
export const endpoints: ReadonlyArray<Endpoint> = [
  {
    method: "GET",
    path: /^\/issues$/,
    place: "https://docs.github.com/rest/issues/issues#list-repository-issues",
    scopes: "repo",
    permissions: issuePermissions,
    run: list
  },
  {
    method: "GET",
    path: /^\/issues\/(\d+)$/,
    place: "https://docs.github.com/rest/issues/issues#get-an-issue",
    scopes: "repo",
    permissions: issuePermissions,
    run: get
  },
  {
    method: "POST",
    path: /^\/issues$/,
    place: "https://docs.github.com/rest/issues/issues#create-an-issue",
    scopes: "public_repo, repo",
    permissions: [{ kind: "issues", level: "write" }],
    run: create
  }
]
