/** One of the processes. All it does to share the limit is to say in which directory. */
import { Resilience } from "@skippy/core"
import { SqliteStores } from "@skippy/core/node"
import { Effect, Layer } from "effect"

const [directory = ".", calls = "1"] = process.argv.slice(2)

let made = 0
const call = Effect.sync(() => ++made).pipe(Resilience.call({ service: "mails", operation: "send" }))

const services = { mails: { rateLimit: { limits: [{ limit: 6, per: "1 hour" }], maxWait: 0 } } }
const layer = Resilience.layer({ services }).pipe(Layer.provide(SqliteStores.layer({ directory })))

const program = Effect.forEach(Array.from({ length: Number(calls) }), () => Effect.ignore(call))
await Effect.runPromise(Effect.provide(program, layer))
console.log(made)
