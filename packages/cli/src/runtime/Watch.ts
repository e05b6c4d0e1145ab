/**
 * What all programs of a folder have counted and alerted, from what they have written there.
 *
 * @module
 */
import { Alert, AlertHistory, FileSink, Journal, MetricHistory, Snapshot } from "@skippy/core"
import { Clock, type Duration, Effect, Schedule, Stream } from "effect"
import type { AlertFilter, Shape as World } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import type { Told } from "../tui/Model.ts"
import { type Source, views } from "../tui/Watch.ts"
import type { Settled } from "./Settled.ts"

type Decompress = Journal.ReadOptions["decompress"]

const journalOf = ({ places: { path } }: Settled): string => `${path}/metrics`

/** The events since the first of some alerts: they say which of them are over. */
const eventsSince = (settled: Settled, alerts: ReadonlyArray<Alert.AlertInstance>, decompress: Decompress) =>
  alerts.length === 0
    ? Effect.succeed([])
    : Effect.map(
        Journal.read({
          directory: journalOf(settled),
          decompress,
          filter: { from: Math.min(...alerts.map(({ at }) => at)) }
        }),
        ({ records }) => records.flatMap((record) => (record._tag === "Event" ? [record.event] : []))
      )

const defaultHours = 24
const hour = 3_600_000

/** The alerts of the log. */
export const alerts = (settled: Settled, filter: AlertFilter, decompress: Decompress) =>
  Effect.gen(function* () {
    const { active = false, hours = defaultHours, level = "DEBUG", service } = filter
    const log = yield* FileSink.read(`${settled.places.path}/logs`)
    const now = yield* Clock.currentTimeMillis
    const wanted = log.alerts.filter(
      ({ alert }) => Alert.isAtLeast(alert.level, level) && (service === undefined || alert.service === service)
    )
    const lasting = AlertHistory.standing(wanted, [], -Infinity)
    const chosen = active
      ? AlertHistory.standing(wanted, yield* eventsSince(settled, lasting, decompress), now).toReversed()
      : wanted.filter(({ at }) => at >= now - hours * hour)
    return { alerts: chosen, broken: log.broken }
  })

/** The metrics of the journal, with what the services say now. */
export const metrics = (settled: Settled, live: Snapshot.Shape, decompress: Decompress) =>
  MetricHistory.make({
    directory: journalOf(settled),
    decompress,
    levels: Effect.map(live.current, Snapshot.levelsOf)
  })

/** Of each kind of record so many bytes are read at once: those of the last minute, where there is no more than is usual. */
const maxBytes = 4 * 1024 * 1024
/** Health changes slowly, and looking at it is work. */
const healthEvery = "1 minute"

/** What all programs of the folder do. */
export const watch = (
  { places: { isSandbox, path } }: Settled,
  { health, snapshot }: Pick<World, "health" | "snapshot">,
  every: Duration.Duration,
  decompress: Decompress
) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const journal = yield* Journal.follow({ directory: `${path}/metrics`, decompress, maxBytes })
      const history = yield* FileSink.follow(`${path}/logs`, maxBytes)
      // What it advises is part of the snapshots from then on.
      yield* Effect.forkScoped(Effect.repeat(Effect.ignore(health), Schedule.spaced(healthEvery)))
      const news = Effect.gen(function* () {
        const { records } = yield* journal
        const { alerts } = yield* history
        return [...records, ...alerts.map((alert): Told => ({ _tag: "Alert", at: alert.at, alert }))]
      })
      const source: Source<AnyFailure, never> = { path, sandbox: isSandbox, news, snapshot }
      return views(source, every)
    })
  )
