/**
 * The demo as lines for people. Pure.
 *
 * @module
 */
import { bytesText, type Cell, count, facts, oneLine, type Style } from "../output/Style.ts"
import { type Cells, textOf as lineOf } from "../tui/Line.ts"
import type { Action, DemoDone, DemoEvent, Numbers } from "./DemoEvent.ts"

const shortNames: Readonly<Record<string, string>> = { "google-drive": "drive" }

const actions: Readonly<Record<Action, string>> = {
  retried: "retried",
  refusedByCircuit: "refused by the open circuit",
  refusedByLimiter: "refused by the limiter",
  toldToWait: "told to wait",
  timedOut: "timed out",
  answeredStale: "answered with what was kept"
}

const secondsOf = (millis: number): string => (millis / 1000).toFixed(1)

type Of<Tag extends DemoEvent["_tag"]> = Extract<DemoEvent, { readonly _tag: Tag }>

const circuitCell = ({ openForMs = 0, reason, to }: Of<"CircuitChanged">, style: Style): Cell => {
  switch (to) {
    case "Open":
      return reason === "probeFailed"
        ? [`a probe failed: circuit OPEN for ${secondsOf(openForMs)} s more`, style.poor]
        : [`circuit OPEN for ${secondsOf(openForMs)} s: nothing is sent`, style.bad]
    case "Closed":
      return ["circuit CLOSED: its probes succeeded", style.good]
    default:
      return `circuit ${to}`
  }
}

const alertCell = ({ level, status, title }: Of<"AlertTold">, style: Style): Cell =>
  status === "firing" ? [`alert ${level}: ${title}`, style.poor] : [`alert over: ${title}`, style.good]

const startText = ({ files, path }: Of<"DemoStarted">, style: Style): string =>
  [
    style.bold("Four services have a bad day; none of it leaves this machine."),
    `Files    ${count(files.count, "file")} (${bytesText(files.bytes)}) ${
      files.made ? "written for it, since there are none here that fit" : `of ${oneLine(files.directory)}, read only`
    }`,
    `Keeps    everything in ${oneLine(path)}`,
    "Policies those of the catalog, in small times: a circuit is open for 1 s and not for 2 minutes",
    "",
    ""
  ].join("\n")

/** What was protected. */
export const numbersText = (numbers: Numbers): string =>
  facts([
    [
      "calls",
      `${numbers.calls}, of which ${numbers.answered} were answered (${numbers.staleAnswers} from what was kept)`
    ],
    ["attempts", `${numbers.attempts}, of which ${numbers.retries} were retries; ${numbers.timeouts} timed out`],
    ["requests", `${numbers.requests} reached a service, ${numbers.mishaps} of them met a fault`],
    [
      "refused",
      `${numbers.refusedByCircuits} by open circuits, ${numbers.refusedByLimiters} by limits, before anything was sent`
    ],
    [
      "circuits",
      `${numbers.circuitsOpened} opened, ${numbers.circuitsClosed} closed again; ${numbers.probesFailed} probes failed meanwhile`
    ],
    ["alerts", numbers.alerts],
    ["duplicates", `${numbers.duplicatesAvoided} avoided: the work was done and the answer lost`],
    ["bytes", `${bytesText(numbers.bytesUploaded)} up, ${bytesText(numbers.bytesDownloaded)} down`]
  ])

/** What is said when somebody stops it. */
export const stoppedText = (numbers: Numbers, journal: string): string =>
  `stopped after ${count(numbers.calls, "call")} with ${count(numbers.attempts, "attempt")}, ${numbers.staleAnswers} answered with what was kept; your files are as they were, the journal is in ${oneLine(journal)}`

const verdictOf = ({ broken, durationMs, kept, promises }: DemoDone, style: Style): string =>
  kept
    ? style.good(`All ${promises} promises kept, in ${secondsOf(durationMs)} s.`)
    : [
        style.bad(`${broken.length} of ${promises} promises not kept:`),
        ...broken.map((text) => `  ${oneLine(text)}`)
      ].join("\n")

const doneText = (done: DemoDone, style: Style): string =>
  [
    "",
    verdictOf(done, style),
    "",
    numbersText(done.numbers),
    "",
    `The journal is in ${oneLine(done.journal)}`,
    "",
    "Try next:",
    ...done.next.flatMap(({ command, shows }) => [`  ${style.dim(`# ${shows}`)}`, `  ${command}`])
  ].join("\n")

/** What happens on the way. */
export type Line = Exclude<DemoEvent, DemoDone | Of<"DemoStarted">>

/** Whether it is told on the way, and has something to tell: what comes of a probe is told next. */
export const isLine = (event: DemoEvent): event is Line =>
  event._tag !== "DemoStarted" &&
  event._tag !== "DemoDone" &&
  !(event._tag === "CircuitChanged" && event.to === "HalfOpen")

const cellOf = (event: Line, style: Style): Cell => {
  switch (event._tag) {
    case "Told":
      return [event.text, style.bold]
    case "PoliciesActed":
      return [`  ${event.counts.map(({ action, times }) => `${times} × ${actions[action]}`).join(", ")}`, style.dim]
    case "CircuitChanged":
      return circuitCell(event, style)
    case "AlertTold":
      return alertCell(event, style)
    case "PromiseChecked":
      return event.kept ? [`✓ ${event.text}`, style.good] : [`✗ ${event.text}`, style.bad]
  }
}

/** One thing that happens. `startedAt` is when the demo began. */
export const cellsOf = (event: Line, startedAt: number, style: Style): Cells => [
  [`${secondsOf(Math.max(0, event.at - startedAt)).padStart(5)} s`, style.dim],
  `  ${(shortNames[event.service] ?? event.service).padEnd(7)} `,
  cellOf(event, style)
]

/** One event as a line, or the lines of the beginning and the end. */
export const textOf = (event: DemoEvent, startedAt: number, style: Style): string => {
  if (event._tag === "DemoStarted") return startText(event, style)
  if (event._tag === "DemoDone") return doneText(event, style)
  return isLine(event) ? lineOf(cellsOf(event, startedAt, style), Infinity) : ""
}
