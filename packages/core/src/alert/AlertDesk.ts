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
import { isSilenced, type Silence } from "./Silence.ts"
import type { Sink } from "./sink/Sink.ts"

/** The state of the alerts and everything that is told when it changes. Synchronous, so that nothing comes in between. */
export class AlertDesk {
  readonly state = State.empty()
  readonly history: Array<AlertInstance> = []
  /** Changes that are in no log yet. */
  private unwritten: Array<AlertInstance> = []
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
    this.write(now)
    for (const notification of notifications) this.offer("notify", notification)
  }

  nextAt(): number {
    return State.nextAt(this.state, this.options)
  }

  /** Whether anything is known that silences could be about. */
  get isBusy(): boolean {
    return this.state.entries.size > 0 || this.unwritten.length > 0
  }

  setSilences(silences: ReadonlyArray<Silence>, now: number): void {
    State.setSilences(this.state, silences, this.options, now)
  }

  /** Keeps a change in the history, and tells it to the bus. */
  note(instance: AlertInstance): void {
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
  }

  private changed(instance: AlertInstance): void {
    this.note(instance)
    this.unwritten.push(instance)
  }

  /** Writes changes down. Others may have silenced them, which is known only now. */
  private write(now: number): void {
    for (const one of this.unwritten) {
      const silenced = isSilenced(one.alert, this.state.silences, now)
      const stamped = silenced === one.silenced ? one : { ...one, silenced }
      if (stamped !== one) {
        const at = this.history.lastIndexOf(one)
        if (at !== -1) this.history[at] = stamped
      }
      this.offer("log", { at: one.at, group: {}, reason: "changed", alerts: [stamped] })
    }
    this.unwritten = []
  }

  private offer(kind: Sink["kind"], notification: State.Notification): void {
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
