/** What the tests of alerts share. */
import { Effect } from "effect"
import type { Notification } from "../../src/alert/AlertState.ts"
import type { Sink } from "../../src/alert/sink/Sink.ts"

/** A sink that keeps what it is told. */
export const recorder = (over: Partial<Sink> = {}) => {
  const told: Array<Notification> = []
  const sink: Sink = {
    name: "recorder",
    kind: "notify",
    remote: false,
    level: "DEBUG",
    send: (notification) => Effect.sync(() => void told.push(notification)),
    ...over
  }
  return { told, sink, lines: () => told.map(({ alerts }) => alerts.map((one) => `${one.status} ${one.alert.name}`)) }
}
