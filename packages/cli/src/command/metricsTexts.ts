/**
 * What people read of metrics: a line for each number. Pure.
 *
 * @module
 */
import type { MetricHistory } from "@skippy/core"
import { type Cell, count, instantText, type Style, table } from "../output/Style.ts"

type Metric = MetricHistory.Reading["metrics"][number]
type Histogram = Extract<Metric, { readonly type: "histogram" }>["series"][number]

/** `skippy_call_duration_seconds` is `call duration`. */
const nameOf = (name: string): string =>
  name
    .replace(/^skippy_/, "")
    .replace(/_(?:total|seconds)$/, "")
    .replaceAll("_", " ")

const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  Object.values(labels)
    .filter((value) => value !== "")
    .join(" ")

const secondsText = (seconds: number): string =>
  seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`

/** Most of them took at most so long, as far as the buckets tell. */
const most = ({ buckets, count }: Histogram): string => {
  const bucket = buckets.find((one) => one.count >= 0.95 * count)
  const last = buckets.at(-1)
  return bucket === undefined ? `more than ${secondsText(last?.le ?? 0)}` : `at most ${secondsText(bucket.le)}`
}

const histogramText = (one: Histogram): string =>
  `${one.count} times, ${secondsText(one.sum / one.count)} on average, 95 % ${most(one)}`

const rowsOf = (metric: Metric): ReadonlyArray<ReadonlyArray<Cell>> =>
  metric.type === "histogram"
    ? metric.series.map((one) => [nameOf(metric.name), labelsOf(one.labels), histogramText(one)])
    : metric.series
        // A circuit is in one state; that it is in none of the others says nothing more.
        .filter(({ value }) => metric.name !== "skippy_circuit_state" || value === 1)
        .map(({ labels, value }) => [nameOf(metric.name), labelsOf(labels), String(value)])

/** All of them, and how far back they go. */
export const readingText = ({ broken, from, metrics, records, until }: MetricHistory.Reading, style: Style): string => {
  const covered =
    from === undefined || until === undefined
      ? "the journal has nothing yet; what calls do is counted from it"
      : `of ${count(records, "record")} of the journal, ${instantText(from)} to ${instantText(until)}`
  const rows = metrics.flatMap(rowsOf)
  return [
    ...(rows.length === 0 ? [] : [table(rows)]),
    style.dim(covered),
    ...(broken === 0 ? [] : [style.poor(`${count(broken, "line")} of the journal cannot be read`)])
  ].join("\n")
}
