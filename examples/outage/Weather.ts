/** A client of the weather service: one HTTP request for each question, errors with what the policies need to know. */
import { type ErrorCategory, Resilience } from "@skippy/core"
import { Duration, Effect, Schema } from "effect"
import { HttpClient, type HttpClientError } from "effect/http"

/** The weather could not be had. */
export class WeatherError extends Schema.TaggedError<WeatherError>()("WeatherError", {
  message: Schema.String,
  category: Schema.Literals(["transient", "throttled", "notFound", "fatal"]),
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {}

const Weather = Schema.Struct({ celsius: Schema.Finite })

const categoryOf = (status: number): ErrorCategory & WeatherError["category"] => {
  if (status === 429) return "throttled"
  if (status === 404) return "notFound"
  return status >= 500 || status === 408 ? "transient" : "fatal"
}

const unreachable = (error: HttpClientError.HttpClientError): WeatherError =>
  new WeatherError({ message: error.message, category: "transient" })

/** Asks for the weather, unprotected. */
const ask = (url: string): Effect.Effect<number, WeatherError, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const response = yield* Effect.mapError(HttpClient.get(url), unreachable)
    if (response.status === 200) {
      const body = yield* Effect.mapError(response.json, unreachable)
      const { celsius } = yield* Effect.orDie(Schema.decodeUnknownEffect(Weather)(body))
      return celsius
    }
    const seconds = Number(response.headers["retry-after"] ?? Number.NaN)
    return yield* new WeatherError({
      message: `the weather service answered ${response.status}`,
      category: categoryOf(response.status),
      ...(Number.isFinite(seconds) ? { retryAfter: Duration.seconds(seconds) } : {})
    })
  })

/** The policies of the service, in small times so that a bad day takes ten seconds. */
export const services = {
  weather: {
    deadline: "3 seconds",
    timeout: "300 millis",
    retry: { maxAttempts: 3, baseDelay: "100 millis", maxDelay: "400 millis", maxRetryAfter: "500 millis" },
    circuitBreaker: { consecutiveFailures: 5, openFor: "800 millis", successThreshold: 2, probeTimeout: "1 second" },
    rateLimit: { limits: [{ limit: 40, per: "1 second" }], maxWait: "300 millis" },
    bulkhead: { concurrency: 8, maxQueue: 16, maxWait: "300 millis" },
    cache: { ttl: "400 millis", staleWhileRevalidate: "400 millis", staleIfError: "1 minute" }
  }
} as const

/** The weather in a city; an old answer is better than none. */
export const forecast = (url: string, city: string) =>
  ask(`${url}?city=${city}`).pipe(
    Resilience.answer({ service: "weather", operation: "forecast", idempotent: true, cacheKey: city })
  )

/** A measurement that must be new. */
export const measure = (url: string, city: string) =>
  ask(`${url}/now?city=${city}`).pipe(Resilience.answer({ service: "weather", operation: "measure", idempotent: true }))
