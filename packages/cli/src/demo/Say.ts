/**
 * How acts tell what they do.
 *
 * @module
 */
import type { Resilience } from "@skippy/core"
import { Effect } from "effect"

/** How acts tell what they do. */
export interface Say {
  /** What is done with a service, or to it. */
  readonly told: (service: string, text: string) => void
  /** What is promised, and whether it is so. */
  readonly promise: (service: string, text: string, kept: boolean) => void
  readonly downloaded: (bytes: number) => void
}

/** How often a circuit is looked at. */
const look = "50 millis"

/** Longer than any circuit of the demo is open, on a slow machine too. */
const patience = "8 seconds"

/** Waits until the circuit of a service is in a state; answers whether it came to that in time. */
export const circuitIs = (
  resilience: Resilience["Service"],
  service: string,
  state: "Closed" | "Open"
): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    while ((yield* Effect.orDie(resilience.state(service))).circuit?.state !== state) yield* Effect.sleep(look)
    return true
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(false) }))

/** A service that is down is made well by `back`: its circuit, which is open before, closes by itself. */
export const recovers = (
  resilience: Resilience["Service"],
  say: Say,
  service: string,
  back: () => void
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const opened = yield* circuitIs(resilience, service, "Open")
    back()
    say.told(service, "is back")
    const closed = yield* circuitIs(resilience, service, "Closed")
    say.promise(service, "its circuit was open, and closed by itself, after probes that succeeded", opened && closed)
  })
