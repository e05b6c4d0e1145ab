/** Tells a day from the files it has left: alerts as they came and went, calls and events as counts. */
import { FileSink, Journal } from "@skippy/core"
import { Effect } from "effect"

const seconds = (millis: number): string => `${(millis / 1000).toFixed(2).padStart(6)} s`

const counted = (names: ReadonlyArray<string>): string => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Array.from(counts, ([name, count]) => `${count} ${name}`).join(", ")
}

/** The lines of the story of everything since `from` in the files below `path`. */
export const tell = (path: string, from: number) =>
  Effect.gen(function* () {
    const { alerts } = yield* FileSink.read(`${path}/logs`)
    const { broken, records } = yield* Journal.read({ directory: `${path}/metrics`, filter: { from } })
    const traces = records.flatMap((record) => (record._tag === "Trace" ? [record.trace] : []))
    const events = records.flatMap((record) => (record._tag === "Event" ? [record.event._tag] : []))
    const slowest = traces.toSorted((a, b) => b.durationMs - a.durationMs)[0]
    return [
      ...alerts
        .filter(({ at }) => at >= from)
        .map(({ alert, at, endsAt, startsAt, status }) =>
          status === "firing"
            ? `${seconds(at - from)}  ${alert.level.padEnd(8)} ${alert.title}: ${alert.message}`
            : `${seconds(at - from)}  over     ${alert.title}, after ${((endsAt ?? at) - startsAt) / 1000} s`
        ),
      `${traces.length} calls: ${counted(traces.map(({ outcome, provenance }) => (outcome === "success" ? provenance : outcome)))}`,
      ...(slowest === undefined
        ? []
        : [`the slowest, ${slowest.requestId}, took ${slowest.durationMs} ms in ${slowest.lines.length} attempts`]),
      `${events.length} events: ${counted(events)}; ${broken} broken lines`
    ]
  })
