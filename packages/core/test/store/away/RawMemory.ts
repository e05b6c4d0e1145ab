/** The stores in memory as a shared store: two gates on one of these are two processes on one store. */
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import type * as RawStores from "../../../src/store/away/RawStores.ts"
import type { StoreTrouble } from "../../../src/store/away/StoreTrouble.ts"
import * as BudgetStore from "../../../src/store/BudgetStore.ts"
import * as CacheStore from "../../../src/store/CacheStore.ts"
import * as CircuitStore from "../../../src/store/CircuitStore.ts"
import type { Decision } from "../../../src/store/Decision.ts"
import * as LimitStore from "../../../src/store/LimitStore.ts"

type Answer = <A>(decide: () => Decision<A>) => A | Effect.Effect<A, StoreTrouble>

/** Answers at once, as SQLite does. */
export const atHand: Answer = (decide) => decide()

/** Answers after a turn of the scheduler, as Redis does. */
export const later: Answer = <A>(decide: () => Decision<A>) =>
  Effect.flatMap(Effect.yieldNow, () => {
    const value = decide()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })

const once = <S>(make: () => S, kept: Map<string, S>, name: string): S => {
  const known = kept.get(name)
  if (known !== undefined) return known
  const made = make()
  kept.set(name, made)
  return made
}

/** Makes one; `answer` is how its decisions come. */
export const rawMemory = (answer: Answer): RawStores.RawStores => {
  const limits = new Map<string, LimitStore.LimitStore>()
  const circuits = new Map<string, CircuitStore.CircuitStore>()
  const budgets = new Map<string, BudgetStore.BudgetStore>()
  const caches = new Map<string, unknown>()
  const texts = new Map<string, { readonly text: string; readonly expiresAt: number }>()
  const limitCell = (cell: LimitStore.LimitCell): RawStores.RawLimitCell => ({
    take: (weight, now) => answer(() => cell.take(weight, now)),
    estimate: (ahead, weight, now) => answer(() => cell.estimate(ahead, weight, now)),
    giveBack: (taken, now) => answer(() => cell.giveBack(taken, now)),
    penalize: (millis, now) => answer(() => cell.penalize(millis, now)),
    observe: (quotas, now) => answer(() => cell.observe(quotas, now)),
    view: (now) => answer(() => cell.view(now))
  })
  const circuitCell = (cell: CircuitStore.CircuitCell): RawStores.RawCircuitCell => ({
    free: (fiber) => {
      const ticket = answer === atHand ? answer(() => cell.free(fiber)) : undefined
      return Effect.isEffect(ticket) ? undefined : ticket
    },
    admit: (fiber) => answer(() => cell.admit(fiber)),
    peek: (fiber) => answer(() => cell.peek(fiber)),
    succeed: (admission, clock) => answer(() => cell.succeed(admission, clock)),
    settle: (admission, report, fiber) => answer(() => cell.settle(admission, report, fiber)),
    control: (command, openMillis, fiber) => answer(() => cell.control(command, openMillis, fiber)),
    view: (now) => answer(() => cell.view(now))
  })
  const alive = (now: number) => {
    for (const [key, { expiresAt }] of texts) if (expiresAt <= now) texts.delete(key)
    return texts
  }
  return {
    limits: (options) => {
      const store = once(() => LimitStore.memory(options), limits, options.name)
      return {
        single: limitCell(store.single),
        cell: (key) => limitCell(store.cell(key)),
        keys: () => answer(store.keys),
        change: (limits) => void store.change(limits)
      }
    },
    circuits: (options) => {
      const store = once(() => CircuitStore.memory(options), circuits, options.name)
      return {
        single: circuitCell(store.single),
        cell: (key) => circuitCell(store.cell(key)),
        keys: () => answer(store.keys),
        snapshot: (now) => answer(() => store.snapshot(now)),
        restore: (snapshots, now) => answer(() => store.restore(snapshots, now))
      }
    },
    budgets: (name, config) => {
      const store = once(() => BudgetStore.memory(name, config), budgets, name)
      return {
        deposit: (now) => answer(() => store.deposit(now)),
        trySpend: (now) => answer(() => store.trySpend(now)),
        giveBack: (takenAt, now) => answer(() => store.giveBack(takenAt, now)),
        balance: (now) => answer(() => store.balance(now))
      }
    },
    caches: <A>(options: CacheStore.CacheStoreOptions): RawStores.RawCacheStore<A> => {
      // Who asks for a name knows the type of its values.
      const known = caches.get(options.name) as CacheStore.CacheStore<A> | undefined
      const store = known ?? CacheStore.memory<A>(options)
      caches.set(options.name, store)
      return {
        use: (key, now) => answer(() => store.use(key, now)),
        peek: (key) => answer(() => store.peek(key)),
        put: (key, value, now, expected) => answer(() => store.put(key, value, now, expected)),
        remove: (key) => answer(() => store.remove(key)),
        removeMatching: (matches) => answer(() => store.removeMatching(matches)),
        size: () => answer(store.size)
      }
    },
    states: {
      get: (key, now) => answer(() => alive(now).get(key)?.text),
      set: (key, text, expiresAt) => answer(() => void texts.set(key, { text, expiresAt })),
      remove: (key) => answer(() => void texts.delete(key)),
      keys: (prefix, now) => answer(() => [...alive(now).keys()].filter((key) => key.startsWith(prefix)).toSorted())
    }
  }
}

/** Under the `TestClock` no decision is late. */
export const withoutTimeout = { timeout: Duration.infinity } as const

/** Lets whatever takes turns of the scheduler come to its end. */
export const turns: Effect.Effect<void> = Effect.replicateEffect(TestClock.adjust(0), 20, { discard: true })
