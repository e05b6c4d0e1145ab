/**
 * What of the events of policies is worth telling: what happens once is told at once, what happens again and again is
 * counted until something else happens to the same service. Pure.
 *
 * @module
 */
import type { ResilienceEvent } from "@skippy/core"
import type { Action, DemoEvent } from "./DemoEvent.ts"

type Event = ResilienceEvent.ResilienceEvent

/** What is counted, by service and action, in the order it began. */
export type Story = ReadonlyMap<string, ReadonlyMap<Action, number>>

/** Nothing is counted yet. */
export const empty: Story = new Map()

/** What policies do again and again. */
const actionOf = (event: Event): Action | undefined => {
  switch (event._tag) {
    case "RetryScheduled":
      return "retried"
    case "CircuitRejected":
      return "refusedByCircuit"
    case "LimiterRejected":
      return "refusedByLimiter"
    case "LimiterPenalized":
      return "toldToWait"
    case "TimedOut":
      return "timedOut"
    case "CacheAnswered":
      return event.provenance === "staleIfError" ? "answeredStale" : undefined
    default:
      return undefined
  }
}

const serviceOf = ({ policy, service }: Event): string => service ?? policy

/** What is told at once. */
const toldOf = (event: Event): DemoEvent | undefined => {
  const common = { at: event.at, service: serviceOf(event) }
  if (event._tag === "AlertChanged") {
    const { level, status, title } = event
    return { _tag: "AlertTold", ...common, status, level, title }
  }
  if (event._tag !== "CircuitTransition") return undefined
  const { from, openForMs, reason, to } = event
  return { _tag: "CircuitChanged", ...common, from, to, reason, ...(openForMs === undefined ? {} : { openForMs }) }
}

/** Ends the counting for a service: what was counted, and the story without it. */
export const settle = (
  story: Story,
  service: string,
  at: number
): readonly [told: ReadonlyArray<DemoEvent>, story: Story] => {
  const counted = story.get(service)
  if (counted === undefined) return [[], story]
  const counts = Array.from(counted, ([action, times]) => ({ action, times }))
  const told: ReadonlyArray<DemoEvent> = [{ _tag: "PoliciesActed", at, service, counts }]
  return [told, new Map(Array.from(story).filter(([name]) => name !== service))]
}

/** Takes in an event; answers what is to be told now. */
export const add = (story: Story, event: Event): readonly [told: ReadonlyArray<DemoEvent>, story: Story] => {
  const service = serviceOf(event)
  const now = toldOf(event)
  if (now !== undefined) {
    const [told, rest] = settle(story, service, event.at)
    return [[...told, now], rest]
  }
  const action = actionOf(event)
  if (action === undefined) return [[], story]
  const counted = story.get(service) ?? new Map<Action, number>()
  return [[], new Map(story).set(service, new Map(counted).set(action, (counted.get(action) ?? 0) + 1))]
}
