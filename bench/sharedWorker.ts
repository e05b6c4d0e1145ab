/**
 * One of the processes of the shared run: `sharedWorker.ts PLACE`, where the shared state lives as JSON. It does what it is
 * ordered until it is killed or its channel is closed.
 */
import { openSync, writeSync } from "node:fs"
import { CircuitBreaker, LimitStore, RateLimiter } from "@skippy/core"
import { Effect, Exit, Fiber, ManagedRuntime } from "effect"
import { type Call, circuit, limitOf, type Order, type Place, ticks, type Word } from "./sharedPlan.ts"
import { storesAt } from "./sharedStores.ts"

const place: Place = JSON.parse(process.argv[2] ?? "null")
const runtime = ManagedRuntime.make(storesAt(place))
const say = (word: Word): void => void process.send?.(word)

type Answer = Exclude<ReturnType<LimitStore.LimitCell["take"]>, Effect.Effect<unknown>>

/** Stores that tell of each decision when it was asked for and what it was. */
const watched =
  (
    stores: LimitStore.LimitStoreFactory,
    tell: (before: number, answer: Answer) => void
  ): LimitStore.LimitStoreFactory =>
  (options) => {
    const store = stores(options)
    const take: LimitStore.LimitCell["take"] = (weight, now) => {
      const before = Date.now()
      const decision = store.single.take(weight, now)
      if (Effect.isEffect(decision)) return Effect.tap(decision, (answer) => Effect.sync(() => tell(before, answer)))
      tell(before, decision)
      return decision
    }
    return { ...store, single: { ...store.single, take } }
  }

const hammer = Effect.fnUntraced(function* ({ callers, file, from, kind, name, until }: Order & { _tag: "Hammer" }) {
  const output = openSync(file, "a")
  let asked = 0
  let alone = 0
  const stores = watched(yield* LimitStore.LimitStores, (before, answer) => {
    asked++
    if (answer.store === "local") alone++
    if (answer._tag === "Taken") writeSync(output, `${before} ${Date.now()} ${answer.at}\n`)
  })
  const limiter = yield* RateLimiter.make({ name, limits: limitOf(kind), maxQueue: callers }).pipe(
    Effect.provideService(LimitStore.LimitStores, stores)
  )
  yield* Effect.sleep(Math.max(0, from - Date.now()))
  const caller = Effect.whileLoop({
    while: () => Date.now() < until,
    body: () => Effect.yieldNow.pipe(limiter),
    step: () => {}
  })
  yield* Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: callers, discard: true })
  writeSync(output, `asked ${asked} ${alone}\n`)
  say({ _tag: "Hammered" })
})

const breakers = new Map<string, CircuitBreaker.CircuitBreaker>()

const breakerOf = Effect.fnUntraced(function* (name: string) {
  const known = breakers.get(name)
  if (known !== undefined) return known
  const breaker = yield* CircuitBreaker.make({
    name,
    consecutiveFailures: circuit.failures,
    openFor: circuit.openMillis,
    probes: 1,
    successThreshold: 1,
    probeTimeout: circuit.leaseMillis,
    classify: (exit) => ({ _tag: Exit.isSuccess(exit) ? "Success" : "Failure" })
  })
  breakers.set(name, breaker)
  return breaker
})

let calls: Array<Call> = []
let hangs = false
let watching: Fiber.Fiber<unknown, unknown> | undefined

/** Calls every few milliseconds. Once it was refused a call is a probe or the first after one, and takes its time. */
const watch = Effect.fnUntraced(function* (name: string) {
  const breaker = yield* breakerOf(name)
  let wasRefused = false
  while (true) {
    const askedAt = ticks()
    let beganAt: number | undefined
    let doneAt: number | undefined
    const work = Effect.suspend(() => {
      const at = ticks()
      beganAt = at
      if (!wasRefused) return Effect.void
      if (!hangs) return Effect.sleep(circuit.probeMillis)
      say({ _tag: "Probing", from: askedAt, at })
      return Effect.never
    })
    const done = Effect.sync(() => {
      doneAt = ticks()
    })
    yield* Effect.exit(Effect.andThen(work, done).pipe(breaker))
    wasRefused ||= beganAt === undefined
    calls.push({ askedAt, beganAt, doneAt, endedAt: ticks() })
    yield* Effect.sleep(circuit.pollMillis)
  }
})

/** Fails until the circuit is open. Successes of others clear the streak, so it may take more failures than the streak is long. */
const fail = Effect.fnUntraced(function* (breaker: CircuitBreaker.CircuitBreaker) {
  let [from, at] = [0, 0]
  for (;;) {
    const askedAt = ticks()
    const error = yield* Effect.flip(Effect.fail("down").pipe(breaker))
    if (error !== "down") return say({ _tag: "Did", from, at })
    ;[from, at] = [askedAt, ticks()]
  }
})

const does = Effect.fnUntraced(function* (command: Effect.Effect<void>) {
  const from = ticks()
  yield* command
  say({ _tag: "Did", from, at: ticks() })
})

const carryOut = Effect.fnUntraced(function* (order: Order) {
  switch (order._tag) {
    case "Hammer":
      return yield* hammer(order)
    case "Remaining": {
      const limiter = yield* RateLimiter.make({ name: order.name, limits: limitOf(order.kind) })
      return say({ _tag: "Remaining", tokens: yield* limiter.remaining })
    }
    case "Watch":
      calls = []
      hangs = order.hang
      watching = yield* Effect.forkDetach(watch(order.name))
      return say({ _tag: "Watching" })
    case "Release":
      hangs = false
      return say({ _tag: "Released" })
    case "Fail":
      return yield* fail(yield* breakerOf(order.name))
    case "Isolate":
      return yield* does((yield* breakerOf(order.name)).isolate)
    case "Reset":
      return yield* does((yield* breakerOf(order.name)).reset)
    case "Tell":
      if (watching !== undefined) yield* Fiber.interrupt(watching)
      return say({ _tag: "Told", calls })
  }
})

process.on("message", (order: Order) => {
  runtime.runPromise(carryOut(order)).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.on("disconnect", () => {
  void runtime.dispose().then(() => process.exit(0))
})
await runtime.context()
say({ _tag: "Ready" })
