/**
 * Calls to GitHub, Pexels and web addresses, each with bad luck of its own, at the same time as the files.
 *
 * @module
 */
import type { RecordedRequest } from "@skippy/http/testing"
import { Effect } from "effect"
import type { AnyFailure } from "../output/Failure.ts"
import { bytesText, count } from "../output/Style.ts"
import { recovers, type Say } from "./Say.ts"
import * as Script from "./Script.ts"
import type { Stage } from "./Stage.ts"

type Act = Effect.Effect<void, AnyFailure>

const { repository, topic } = Script

/** How many answers broke off. */
const breaksOf = (requests: ReadonlyArray<RecordedRequest>): number =>
  requests.filter(({ fault }) => fault?._tag === "Truncate").length

/** GitHub loses an answer, and is down for a while. */
export const github = ({ github: { machine, server, service: api }, resilience }: Stage, say: Say): Act =>
  Effect.gen(function* () {
    const service = "github"
    const before = machine.issues(repository).length
    server.faults.set(Script.lostCreation())
    const issue = yield* api.createIssue({ repository, title: "The carry is slow" })
    const issues = machine.issues(repository).length - before
    say.promise(
      service,
      `issue #${issue.number}: it was made and the answer was lost; found by its marker, there is ${issues}`,
      !issue.created && issues === 1
    )
    yield* Effect.sleep("2 seconds")
    const pull = { repository, title: "Notes", head: "notes" }
    const first = yield* api.createPullRequest(pull)
    const second = yield* api.createPullRequest(pull)
    const pulls = machine.pulls(repository).filter(({ head }) => head.ref === pull.head).length
    say.promise(
      service,
      `pull request #${first.number}: asked for twice, there is ${pulls}`,
      first.created && !second.created && pulls === 1
    )
    yield* Effect.sleep("10 seconds")
    say.told(service, "is down: every request is answered 503")
    server.faults.set(Script.outage)
    yield* Effect.sleep("3 seconds")
    const list = yield* api.listPullRequests({ repository })
    say.promise(
      service,
      `down, and its list of pull requests is there: as it was ${Math.round(list.ageSeconds)} s ago`,
      list.stale && list.pullRequests.length > 0
    )
    yield* recovers(resilience, say, service, () => server.faults.set(Script.calm))
  })

/** Pexels asks for quiet, and a download breaks off. */
export const pexels = ({ downloads, md5, pexels: { server, service: api } }: Stage, say: Say): Act =>
  Effect.gen(function* () {
    const service = "pexels"
    say.told(service, "answers 429, and asks for a second of quiet")
    const before = server.requests().length
    server.faults.set(Script.askedToWait())
    const { photos } = yield* api.search({ query: topic, perPage: 1 })
    const [refused, next] = server.requests().slice(before)
    const quiet = (next?.at ?? 0) - (refused?.at ?? 0)
    say.promise(
      service,
      `nothing was asked for ${(quiet / 1000).toFixed(1)} s, then the search was answered`,
      quiet >= 1000
    )
    yield* Effect.sleep("7 seconds")
    const [photo] = photos
    if (photo === undefined) return say.promise(service, "there is a photo", false)
    const [path, whole] = [`${downloads}/${Script.names.photo}`, `${downloads}/${Script.names.photo}.whole`]
    const broken = server.requests().length
    server.faults.set(Script.cutDownload(1))
    const { attribution, bytes } = yield* api.download({ photoId: photo.id, path })
    server.faults.set(Script.calm)
    const breaks = breaksOf(server.requests().slice(broken))
    const again = yield* api.download({ photoId: photo.id, path: whole })
    say.downloaded(bytes + again.bytes)
    say.promise(
      service,
      `${attribution.text}: ${bytesText(bytes)} over a connection that broke ${count(breaks, "time")}, as over one that did not`,
      breaks === 1 && (yield* md5(path)) === (yield* md5(whole))
    )
  })

/** A download breaks off twice, an address leads where nobody may go, and answers come late. */
export const http = ({ downloads, http: { moved, report, server, service: api }, md5 }: Stage, say: Say): Act =>
  Effect.gen(function* () {
    const service = "http"
    yield* Effect.sleep("3 seconds")
    const path = `${downloads}/${Script.names.download}`
    server.faults.set(Script.cutDownload(2))
    const before = server.requests().length
    const { bytes } = yield* api.download({ url: report.url, path })
    server.faults.set(Script.calm)
    say.downloaded(bytes)
    const asked = server.requests().slice(before)
    const breaks = breaksOf(asked)
    const pieces = asked.filter(({ path }) => report.url.endsWith(path)).length
    say.promise(
      service,
      `${bytesText(bytes)} in ${count(pieces, "piece")} over a connection that broke ${count(breaks, "time")}, each byte as it was`,
      breaks === 2 && (yield* md5(path)) === report.md5
    )
    yield* Effect.sleep("2 seconds")
    const isRefused = yield* Effect.match(api.get({ url: moved.url }), {
      onFailure: ({ _tag }) => _tag === "UrlRefusedError",
      onSuccess: () => false
    })
    say.promise(service, `an address that leads to ${moved.to}, inside of the network, is not asked`, isRefused)
    yield* Effect.sleep("9 seconds")
    say.told(service, "is slow: answers take 2 s, and are waited for 0.6 s")
    server.faults.set(Script.slow)
    yield* Effect.sleep("3 seconds")
    server.faults.set(Script.calm)
    say.told(service, "is quick again")
  })

/** Reads GitHub. */
export const readGitHub = ({ github: { service: api } }: Stage) => api.listPullRequests({ repository })

/** Reads Pexels. */
export const readPexels = ({ pexels: { service: api } }: Stage) => api.search({ query: topic, perPage: 2 })

/** Reads the web, whose answers are not kept. */
export const readHttp = ({ http: { server, service: api } }: Stage) => api.get({ url: `${server.url}/today` })
