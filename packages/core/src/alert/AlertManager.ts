/**
 * Tells people what they should know: rules turn events into alerts, alerts of one thing are told once, together, again
 * when they last, and once more when they are over.
 *
 * It listens to the event bus and sends beside the program, never on a caller's way. What still waits is sent when the
 * layer ends.
 *
 * @example
 * ```ts
 * import { AlertManager, EventBus, Resilience } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 *
 * const services = { reports: { retry: false, circuitBreaker: { consecutiveFailures: 2 } } } as const
 * const failing = Effect.fail("down").pipe(Resilience.call({ service: "reports", operation: "fetch" }), Effect.ignore)
 *
 * const program = Effect.gen(function* () {
 *   const alerts = yield* AlertManager.AlertManager
 *   yield* Effect.andThen(failing, failing)
 *   yield* alerts.alert({ level: "INFO", title: "Backup", message: "The nightly backup is done." })
 *   for (const { alert, status } of yield* alerts.recent({ hours: 1 })) {
 *     console.log(status, alert.level, alert.title)
 *   }
 * })
 *
 * const layer = Layer.mergeAll(AlertManager.layer(), Resilience.layer({ services })).pipe(
 *   Layer.provideMerge(EventBus.layer())
 * )
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * firing ERROR The circuit of reports is open
 * firing INFO Backup
 * ```
 *
 * @module
 */
import { Clock, Context, Duration, Effect, Latch, Layer, Option, Random, type Scope } from "effect"
import { checkInteger, checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import * as EventBus from "../event/EventBus.ts"
import { listen } from "../event/Listener.ts"
import { type AlertInstance, type AlertLevel, fingerprintOf, isAtLeast } from "./Alert.ts"
import { AlertDesk, apply } from "./AlertDesk.ts"
import * as Rules from "./AlertRules.ts"
import * as State from "./AlertState.ts"
import { deliver, type Sent, sentOf } from "./Delivery.ts"
import * as Outlet from "./Outlet.ts"
import type { Silence } from "./Silence.ts"
import { makeMemory, type SilenceError, Silences } from "./Silences.ts"
import type { Sink } from "./sink/Sink.ts"

export { Delivery, Sent } from "./Delivery.ts"
export { Silence } from "./Silence.ts"

/** Something that makes a sink, such as `FileSink.make(…)`. */
export type SinkMaker<E = never, R = never> = Effect.Effect<Sink, E, R>

/** How alerts are made and told. */
export interface Options<S = SinkMaker> {
  /** Where they go. Default: nowhere; `recent` and `active` tell them all the same. */
  readonly sinks?: ReadonlyArray<S> | undefined
  /** What makes an alert. Default `AlertRules.defaults`. */
  readonly rules?: ReadonlyArray<Rules.Rule> | undefined
  /** Labels whose values make a group, told together. Default `["service"]`. */
  readonly groupBy?: ReadonlyArray<string> | undefined
  /** How long the first alert of a group waits for others. Default 1 second. */
  readonly groupWait?: Duration.Input | undefined
  /** How long after a group was told it is told of changes again. Default 30 seconds. */
  readonly groupInterval?: Duration.Input | undefined
  /** How often a group in which nothing changes is told. Default 4 hours. */
  readonly repeatInterval?: Duration.Input | undefined
  /** An alert nobody raised for so long is over, unless its rule says otherwise. Default 5 minutes. */
  readonly resolveAfter?: Duration.Input | undefined
  /** Alerts remembered at once; above it the oldest are given up. Default 1,000. */
  readonly maxAlerts?: number | undefined
  /** Changes kept in `recent`; above it the oldest go. Default 1,000. */
  readonly history?: number | undefined
  /** How long the end of the layer waits for the sinks. Default 5 seconds. */
  readonly shutdownTimeout?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = {
  groupBy: ["service"],
  groupWait: "1 second",
  groupInterval: "30 seconds",
  repeatInterval: "4 hours",
  resolveAfter: "5 minutes",
  maxAlerts: 1000,
  history: 1000,
  shutdownTimeout: "5 seconds"
} as const

/** The longest silence: its end has to be a date. */
export const longestSilence = Duration.days(36_500)

/** An alert sent by hand. */
export interface AlertInput {
  readonly level: AlertLevel
  readonly title: string
  readonly message: string
  readonly service?: string | undefined
  readonly advice?: string | undefined
  /** What kind it is. Default: its title. Alerts of one name, service and labels are one alert. */
  readonly name?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  /**
   * Whether it lasts: then it fires until `resolve`, or until nobody raised it for `resolveAfter`. Default `false`: it is
   * told once.
   */
  readonly lasting?: boolean | undefined
}

/** What tells which alert is meant. */
export type AlertKey = Pick<AlertInput, "service" | "labels"> & { readonly name: string }

/** What to keep quiet, and how long. */
export interface SilenceInput {
  /** What the labels of an alert must be; `*` stands for anything. `alertname`, `service` and `level` are labels too. */
  readonly matchers: Readonly<Record<string, string>>
  /** From 1 millisecond to `longestSilence`. */
  readonly for: Duration.Input
  readonly comment: string
}

/** Which part of the history. */
export interface RecentOptions {
  /** Default 24. */
  readonly hours?: number | undefined
  /** At least so urgent. Default: all. */
  readonly level?: AlertLevel | undefined
}

/** What the manager did so far. */
export interface AlertStats {
  /** Firing alerts given up because there were too many at once. */
  readonly overflow: number
  readonly sinks: ReadonlyArray<Outlet.SinkStats>
}

/** A running manager. */
export interface Shape {
  /** Sends an alert by hand. Never waits for a sink. */
  readonly alert: (input: AlertInput) => Effect.Effect<void>
  /** Ends an alert that lasts; `false` when there is none. */
  readonly resolve: (key: AlertKey) => Effect.Effect<boolean>
  /** The alerts that last now, the newest first. */
  readonly active: Effect.Effect<ReadonlyArray<AlertInstance>>
  /** What began to fire and what ended, the oldest first. */
  readonly recent: (options?: RecentOptions) => Effect.Effect<ReadonlyArray<AlertInstance>>
  /**
   * Sends an alert by hand to every sink at once, and waits for them: for whoever has to know whether it arrived. It is told
   * once, by itself, and not tried again.
   */
  readonly send: (input: Omit<AlertInput, "lasting">) => Effect.Effect<Sent>
  /** Keeps matching alerts from being told, in every process that shares `Silences`. */
  readonly silence: (input: SilenceInput) => Effect.Effect<Silence, SilenceError>
  /** Ends a silence; `false` when there is none of this id. */
  readonly unsilence: (id: string) => Effect.Effect<boolean, SilenceError>
  /** Those that are not over, the oldest first. */
  readonly silences: Effect.Effect<ReadonlyArray<Silence>, SilenceError>
  readonly stats: Effect.Effect<AlertStats>
}

/** The alerts of this part of the program. */
export class AlertManager extends Context.Service<AlertManager, Shape>()("@skippy/core/alert/AlertManager") {}

const hour = 3_600_000

const alertOf = ({ advice, labels = {}, level, message, name, service, title }: AlertInput) => ({
  name: name ?? title,
  level,
  title,
  message,
  ...(advice === undefined ? {} : { advice }),
  ...(service === undefined ? {} : { service }),
  labels
})

/** How often silences of others are looked for while there are alerts they could be about. */
const lookEvery = 5000

const stateOptions = (options: Options<unknown>): State.StateOptions => {
  const millis = (name: "groupWait" | "groupInterval" | "repeatInterval" | "resolveAfter", least: number) =>
    checkMillis("AlertManager", name, options[name] ?? defaults[name], least)
  return {
    groupBy: options.groupBy ?? defaults.groupBy,
    groupWaitMillis: millis("groupWait", 0),
    groupIntervalMillis: millis("groupInterval", 0),
    repeatIntervalMillis: millis("repeatInterval", 1),
    resolveAfterMillis: millis("resolveAfter", 1),
    maxAlerts: checkInteger("AlertManager", "maxAlerts", options.maxAlerts ?? defaults.maxAlerts, 1)
  }
}

const silenceMillis = (input: Duration.Input): number => {
  const millis = checkMillis("AlertManager", "for", input, 1)
  const longest = Duration.toMillis(longestSilence)
  checkOption(millis <= longest, "AlertManager", "for", input, "give at most 36500 days")
  return millis
}

const make = <E, R>(options: Options<SinkMaker<E, R>>): Effect.Effect<Shape, E, R | Scope.Scope> =>
  Effect.gen(function* () {
    const { rules = Rules.defaults, sinks = [] } = options
    const keep = checkInteger("AlertManager", "history", options.history ?? defaults.history, 1)
    const limit = checkMillis("AlertManager", "shutdownTimeout", options.shutdownTimeout ?? defaults.shutdownTimeout)
    const clock = yield* Clock.Clock
    const random = yield* Random.Random
    const bus = yield* EventBus.Current
    const times = stateOptions(options)
    const outlets = yield* Effect.forEach(sinks, (sink) =>
      Effect.flatMap(sink, (made) => Outlet.make(made, bus, Math.max(1000, times.groupIntervalMillis)))
    )
    const names = outlets.map(({ sink }) => sink.name)
    checkOption(
      new Set(names).size === names.length,
      "AlertManager",
      "sinks",
      names.join(", "),
      "give each a name of its own"
    )
    const desk = new AlertDesk(times, keep, bus, outlets)
    const now = () => clock.currentTimeMillisUnsafe()

    const changed = Latch.makeUnsafe(false)
    const broken = new Map<string, unknown>()
    const kept = Option.getOrElse(yield* Effect.serviceOption(Silences), makeMemory)
    /** What others silenced counts too. While the store is away it stays as it was known. */
    const refresh = Effect.suspend(() =>
      desk.isBusy ? Effect.ignore(Effect.map(kept.list, (silences) => desk.setSilences(silences, now()))) : Effect.void
    )
    const wait = Effect.suspend(() => {
      const millis = Math.min(desk.nextAt() - now(), kept.isShared && desk.isBusy ? lookEvery : Infinity)
      if (millis <= 0) return Effect.void
      return millis === Infinity ? changed.await : Effect.timeoutOption(changed.await, millis)
    })
    const ticks = Effect.forever(
      Effect.andThen(
        Effect.andThen(wait, refresh),
        Effect.suspend(() => {
          changed.closeUnsafe()
          desk.tick(now())
          const defects = Array.from(broken)
          broken.clear()
          return Effect.forEach(defects, ([name, defect]) => Effect.logError(`the alert rule ${name} failed`, defect))
        })
      )
    )

    // The outlets end last: after the listener has handed over what it had, and all of it is sent.
    yield* Effect.addFinalizer(() =>
      Effect.flatMap(refresh, () => {
        desk.tick(now(), true)
        return Effect.forEach(outlets, ({ close }) => close(limit), { concurrency: "unbounded", discard: true })
      })
    )
    yield* Effect.forkScoped(ticks)
    yield* listen((events) => {
      let heard = false
      for (const event of events) heard = apply(desk, rules, event, broken) || heard
      if (heard || broken.size > 0) changed.openUnsafe()
    })

    // What was published before comes first.
    const waking = <A>(change: () => A) =>
      Effect.map(bus.settled, () => {
        const result = change()
        changed.openUnsafe()
        return result
      })
    const resilenced = Effect.flatMap(refresh, () => waking(() => {}))
    return {
      alert: (input) =>
        waking(() => {
          desk.signal({ _tag: "Raise", alert: alertOf(input), notice: input.lasting !== true }, now())
        }),
      resolve: ({ labels = {}, name, service }) =>
        waking(() => {
          const fingerprint = fingerprintOf({ name, labels, ...(service === undefined ? {} : { service }) })
          return desk.signal({ _tag: "Resolve", fingerprint }, now())
        }),
      active: Effect.map(Effect.andThen(bus.settled, refresh), () => State.active(desk.state, now())),
      recent: ({ hours = 24, level = "DEBUG" } = {}) =>
        Effect.map(bus.settled, () =>
          desk.history
            .slice(-keep)
            .filter(({ alert, at }) => at >= now() - hours * hour && isAtLeast(alert.level, level))
        ),
      send: (input) =>
        Effect.gen(function* () {
          yield* bus.settled
          const silences = yield* Effect.orElseSucceed(kept.list, () => desk.state.silences)
          const one = sentOf(alertOf(input), silences, now())
          desk.note(one)
          const deliveries = yield* Effect.forEach(outlets, (outlet) => deliver(outlet, one, times.groupBy), {
            concurrency: "unbounded"
          })
          return { alert: one, deliveries }
        }),
      silence: (input) =>
        Effect.gen(function* () {
          const startsAt = now()
          const silence: Silence = {
            id: `silence_${startsAt.toString(36)}_${Math.floor(random.nextDoubleUnsafe() * 36 ** 4).toString(36)}`,
            matchers: input.matchers,
            startsAt,
            endsAt: startsAt + silenceMillis(input.for),
            comment: input.comment
          }
          yield* kept.add(silence)
          yield* resilenced
          return silence
        }),
      unsilence: (id) => Effect.tap(kept.remove(id), () => resilenced),
      silences: kept.list,
      stats: Effect.sync(() => ({ overflow: desk.state.overflow, sinks: outlets.map(({ stats }) => stats()) }))
    }
  })

/** Alerts on the events of the current bus, from the moment the layer is built. */
export const layer = <S extends SinkMaker<unknown, unknown> = SinkMaker>(
  options: Options<S & SinkMaker<Effect.Error<S>, Effect.Services<S>>> = {}
): Layer.Layer<AlertManager, Effect.Error<S>, Exclude<Effect.Services<S>, Scope.Scope>> =>
  Layer.effect(AlertManager, make<Effect.Error<S>, Effect.Services<S>>(options))
