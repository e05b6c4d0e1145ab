/** A client of the weather service: one HTTP request for each question, through the policies of the service. */
import { ResilientHttpClient } from "@skippy/http"
import { Effect, Schema } from "effect"
import { HttpClientRequest, HttpClientResponse } from "effect/http"

const Weather = Schema.Struct({ celsius: Schema.Finite })

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

/** Asks the service at `url`. */
export const make = (url: string) =>
  Effect.map(ResilientHttpClient.make({ service: "weather", perOrigin: false }), (http) => {
    const read = HttpClientResponse.schemaBodyJson(Weather)
    return {
      /** The weather in a city; an old answer is better than none. */
      forecast: (city: string) =>
        http.answer(HttpClientRequest.get(url, { urlParams: { city } }), read, {
          operation: "forecast",
          cacheKey: city
        }),
      /** A measurement that must be new. */
      measure: (city: string) =>
        http.answer(HttpClientRequest.get(`${url}/now`, { urlParams: { city } }), read, { operation: "measure" })
    }
  })
