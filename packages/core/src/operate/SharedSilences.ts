/**
 * Silences in the `StateStore`, each under a key of its own, so that all who share it keep quiet about the same alerts and
 * those of a program that is over still count.
 *
 * @module
 */
import { Clock, Effect, Layer, Option, Schema } from "effect"
import { Silence } from "../alert/Silence.ts"
import { lasting, makeMemory, SilenceError, Silences, type Shape } from "../alert/Silences.ts"
import { StateStore, type States, type StateStoreError } from "../store/StateStore.ts"

const prefix = "alerts/silences/"

const Text = Schema.fromJsonString(Silence)
const encode = Schema.encodeEffect(Text)
const decode = Schema.decodeOption(Text)

const said = <A>(effect: Effect.Effect<A, StateStoreError>): Effect.Effect<A, SilenceError> =>
  Effect.mapError(effect, ({ category, message }) => new SilenceError({ problem: message, category }))

const make = (store: States): Shape => {
  const list = Effect.gen(function* () {
    const texts = yield* Effect.forEach(yield* store.keys(prefix), store.get, { concurrency: 16 })
    const all = texts.flatMap((text) => Option.toArray(decode(text ?? "")))
    return lasting(all, yield* Clock.currentTimeMillis)
  }).pipe(said)
  return {
    isShared: true,
    list,
    add: (silence) =>
      Effect.gen(function* () {
        const text = yield* Effect.orDie(encode(silence))
        const ttl = Math.max(1, silence.endsAt - (yield* Clock.currentTimeMillis))
        yield* said(store.set(`${prefix}${silence.id}`, text, { ttl }))
      }),
    remove: (id) =>
      Effect.flatMap(list, (all) =>
        all.some((one) => one.id === id) ? Effect.as(said(store.remove(`${prefix}${id}`)), true) : Effect.succeed(false)
      )
  }
}

/** Silences in the `StateStore` that is provided; without one those of this process. */
export const layer: Layer.Layer<Silences> = Layer.effect(
  Silences,
  Effect.map(Effect.serviceOption(StateStore), Option.match({ onNone: makeMemory, onSome: make }))
)
