/**
 * The plan of the demo: policies in small times, and which mishaps come when.
 *
 * @module
 */
import type { PolicyConfig } from "@skippy/core"
import { DriveQuota } from "@skippy/google"
import { DriveFaults } from "@skippy/google/testing"
import { Fault } from "@skippy/http/testing"
import { Duration } from "effect"

/** The repository, and a photo's topic, of the emulators. */
export const repository = "tester/demo"
export const topic = "ocean"

/** What the demo makes. No document ends like these files, so none of those that come back has their names. */
export const names = { folder: "Skippy demo", organized: "Sorted", download: "report.bin", photo: "photo.bin" } as const

/** How large the file is that is cut off, and after how many bytes each time. */
export const large = { bytes: 12_000_000, cuts: [5_000_000, 3_000_000] } as const

/** How large the file on the web is. */
export const reportBytes = 1_000_000

/** Those of the catalog with small times: a bad day in half a minute. Drive has Google's own quota. */
export const policies = {
  "google-drive": {
    ...DriveQuota.units,
    retry: { maxAttempts: 6, baseDelay: "40 millis", maxDelay: "400 millis" },
    circuitBreaker: { consecutiveFailures: 5, openFor: "1 second", successThreshold: 2 },
    cache: { ttl: "200 millis" }
  },
  github: {
    retry: { baseDelay: "50 millis" },
    rateLimit: { limits: [{ limit: 500, per: "1 minute" }] },
    circuitBreaker: { consecutiveFailures: 5, openFor: "1 second", successThreshold: 2 },
    cache: { ttl: "200 millis" }
  },
  pexels: {
    retry: { baseDelay: "50 millis", maxRetryAfter: "2 seconds" },
    circuitBreaker: { consecutiveFailures: 3, openFor: "1 second", successThreshold: 2 },
    cache: { ttl: "200 millis" }
  },
  http: { timeout: "600 millis", retry: { baseDelay: "50 millis" } }
} as const satisfies Readonly<Record<string, PolicyConfig.PolicyConfigInput>>

/** Those that are played. */
export const services: ReadonlySet<string> = new Set(Object.keys(policies))

/** What can happen to a request of Drive: before it is carried out, after, and in the middle of its answer. */
const mishaps = [
  DriveFaults.userRateLimited,
  DriveFaults.rateLimited(),
  DriveFaults.backendError(503),
  Fault.reset,
  Fault.lostAnswer,
  Fault.truncate()
]

/** How long a service takes to answer: as long as real ones, so that one can look on. */
const pace = Duration.millis(150)

/** Everything is answered. */
export const calm: Fault.FaultPlan = Fault.always(Fault.delay(pace))

/** Answers that are later than anybody waits. */
const late = Duration.seconds(2)

/** Whether a request met what it should not have. */
export const isMishap = (fault: Fault.Fault | undefined): boolean =>
  fault !== undefined && !(fault._tag === "Delay" && Duration.isLessThanOrEqualTo(fault.duration, pace))

const amid = (plan: Fault.FaultPlan): Fault.FaultPlan => Fault.firstOf(plan, calm)

/** Nothing answers any more. */
export const outage: Fault.FaultPlan = Fault.always(Fault.status(503, { body: "the service is down" }))

const rough = (seed: number): Fault.FaultPlan => Fault.when({ path: uploads }, Fault.share(0.25, mishaps, seed))
const uploads = "/upload/"

/** One of four uploads meets a mishap. */
export const roughUploads = (seed: number): Fault.FaultPlan => amid(rough(seed))

/** The same until so many have come; then nothing answers any more, which is told once. */
export const breakingOff = (seed: number, most: number, down: () => void): Fault.FaultPlan => {
  const before = roughUploads(seed)
  let isDown = false
  let count = 0
  return (request, at) => {
    if (!isDown && request.url.pathname.startsWith(uploads) && count++ === most) {
      isDown = true
      down()
    }
    return isDown ? outage(request, at) : before(request, at)
  }
}

/** The connection breaks in the middle of a large upload; between the two it is asked how much has come. */
export const cutUploads = (): Fault.FaultPlan =>
  amid(
    Fault.when(
      { method: "PUT" },
      Fault.sequence([Fault.cutRequest(large.cuts[0]), undefined, Fault.cutRequest(large.cuts[1])])
    )
  )

/** Google says that it is too much. */
export const tooMuch = (): Fault.FaultPlan =>
  amid(
    Fault.when(
      { method: "PATCH" },
      Fault.sequence([DriveFaults.userRateLimited, undefined, DriveFaults.rateLimited(), DriveFaults.userRateLimited])
    )
  )

/** One of four downloads breaks off. */
export const roughDownloads = (seed: number): Fault.FaultPlan =>
  amid(Fault.when({ method: "GET", path: /\/files\/[^/]+$/ }, Fault.share(0.25, [Fault.truncate(), Fault.reset], seed)))

/** The work is done, and nobody hears of it. */
export const lostCreation = (): Fault.FaultPlan => amid(Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer)))

/** Pexels asks for a second of quiet. */
export const askedToWait = (): Fault.FaultPlan =>
  amid(Fault.once(Fault.status(429, { headers: { "retry-after": "1" } })))

/** Every answer is late. */
export const slow: Fault.FaultPlan = Fault.always(Fault.delay(late))

/** A download that breaks off. */
export const cutDownload = (times: number): Fault.FaultPlan =>
  amid(Fault.when({ path: /\.(?:bin|png)$/ }, Fault.times(times, Fault.truncate())))
