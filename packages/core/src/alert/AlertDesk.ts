/**
 * The state of the alerts, and who is told when it changes.
 *
 * @module
 */
import type { EventBus } from "../event/EventBus.ts"
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"
import type { AlertInstance } from "./Alert.ts"
import * as Rules from "./AlertRules.ts"
import * as State from "./AlertState.ts"
import type * as Outlet from "./Outlet.ts"
import type { Sink } from "./sink/Sink.ts"

/** The state of the alerts and everything that is told when it changes. Synchronous, so that nothing comes in between. */
export class AlertDesk {
  readonly state = State.empty()
  readonly history: Array<AlertInstance> = []
  private readonly options: State.StateOptions
  private readonly keep: number
  private readonly bus: EventBus
  private readonly outlets: ReadonlyArray<Outlet.Outlet>

  constructor(options: State.StateOptions, keep: number, bus: EventBus, outlets: ReadonlyArray<Outlet.Outlet>) {
    this.options = options
    this.keep = keep
    this.bus = bus
    this.outlets = outlets
  }

  signal(signal: State.Signal, now: number): boolean {
    const changes = State.signal(this.state, signal, this.options, now)
    for (const change of changes) this.changed(change)
    return changes.length > 0
  }

  tick(now: number, everything = false): void {
    const { changes, notifications } = State.tick(this.state, this.options, now, everything)
    for (const change of changes) this.changed(change)
    for (const notification of notifications) this.send("notify", notification)
  }

  nextAt(): number {
    return State.nextAt(this.state, this.options)
  }

  unsilence(id: string, now: number): boolean {
    return State.removeSilence(this.state, id, this.options, now)
  }

  private changed(instance: AlertInstance): void {
    this.history.push(instance)
    // In blocks, so that a full history does not move all of it with every change.
    if (this.history.length >= this.keep * 2) this.history.splice(0, this.history.length - this.keep)
    const { alert, at, fingerprint, status } = instance
    this.bus.publishUnsafe({
      _tag: "AlertChanged",
      at,
      policy: "alerts",
      ...(alert.service === undefined ? {} : { service: alert.service }),
      status,
      alert: alert.name,
      level: alert.level,
      title: alert.title,
      message: alert.message,
      fingerprint
    })
    this.send("log", { at, group: {}, reason: "changed", alerts: [instance] })
  }

  private send(kind: Sink["kind"], notification: State.Notification): void {
    for (const outlet of this.outlets) {
      if (outlet.sink.kind === kind) outlet.offer(notification)
    }
  }
}

/** What a rule says; one of a user's own may throw, which must not make the others deaf. */
const heardBy = (rule: Rules.Rule, event: ResilienceEvent, broken: Map<string, unknown>): State.Signal | undefined => {
  try {
    return rule.on(event)
  } catch (defect) {
    broken.set(rule.name, defect)
    return undefined
  }
}

/** Applies the rules to an event; answers whether one had something to say. What happens to the sinks themselves makes no alerts, or they would never end. */
export const apply = (
  desk: AlertDesk,
  rules: ReadonlyArray<Rules.Rule>,
  event: ResilienceEvent,
  broken: Map<string, unknown>
): boolean => {
  if (event.service?.startsWith(Rules.sinkService) === true) return false
  let heard = false
  for (const rule of rules) {
    const signal = heardBy(rule, event, broken)
    if (signal === undefined) continue
    desk.signal(signal, event.at)
    heard = true
  }
  return heard
}
