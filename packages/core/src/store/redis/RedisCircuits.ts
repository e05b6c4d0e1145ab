/**
 * Circuits in Redis: each decision is one script, and the server's clock is the time. What is known to be closed is not asked
 * again for a moment, and successes are told in lots.
 *
 * @module
 */
import { Effect } from "effect"
import type { RawCircuitCell, RawCircuitStoreFactory } from "../away/RawStores.ts"
import type { StoreTrouble } from "../away/StoreTrouble.ts"
import { KeyedStates } from "../KeyedStates.ts"
import { nowOf } from "../Now.ts"
import { TurnTime } from "../TurnTime.ts"
import * as Answers from "./CircuitAnswers.ts"
import { readOrAdmit } from "./CircuitMachine.ts"
import * as Scripts from "./CircuitScripts.ts"
import { callersKey, keyOf, patternOf } from "./Keys.ts"
import * as Known from "./KnownCircuit.ts"
import type { Reply, Run, Server } from "./Server.ts"
import type { Task, Upkeep } from "./Upkeep.ts"

/** One circuit: where it is, what is known of it, and how it is looked after. */
interface Circuit {
  readonly keys: readonly [string]
  readonly known: Known.KnownCircuit
  readonly look: Task
}

/** The open times a script may ask for: of the first opening, and of the next one as far as is known. */
type OpenTimes = ReadonlyArray<readonly [opening: number, millis: number]>

const noTimes: OpenTimes = [
  [0, 0],
  [0, 0]
]

const timesOf = ({ known }: Circuit, first: boolean, openMillis: (opening: number) => number): OpenTimes => {
  const next = known.openings + 1
  const likely = [next, openMillis(next)] as const
  return [likely, first && next > 1 ? [1, openMillis(1)] : likely]
}

/** Makes the breakers' stores on a server. */
export const make = (server: Server, upkeep: Upkeep, maxAgeMillis: number): RawCircuitStoreFactory => {
  const admit = server.script(Scripts.admit, readOrAdmit)
  const peek = server.script(Scripts.peek)
  const settle = server.script(Scripts.settle)
  const control = server.script(Scripts.control)
  const view = server.script(Scripts.view)
  const snapshot = server.script(Scripts.snapshot)
  const restore = server.script(Scripts.restore)

  return (options) => {
    const { config, idleMillis, maxKeys, name } = options
    const encoded = Answers.encodeConfig(options)
    const hasWindow = config.window !== undefined
    const turn = new TurnTime()

    const ask = (
      { keys, known }: Circuit,
      run: Run,
      now: number,
      args: ReadonlyArray<string> = []
    ): Effect.Effect<Reply, StoreTrouble> =>
      Effect.suspend(() => {
        const lot = Known.takeLot(known)
        const question = ++known.asked
        const kept = [String(lot.generation), String(lot.count), String(Math.max(0, now - lot.lastAt))]
        return Effect.matchEffect(run(keys, [encoded, ...kept, ...args]), {
          onFailure: (error) => {
            Known.putBack(known, lot)
            return Effect.fail(error)
          },
          onSuccess: (reply) => {
            if (reply[0] === Answers.need) Known.putBack(known, lot)
            else if (reply.length > 0) Known.learn(known, reply, question, now)
            return Effect.succeed(reply)
          }
        })
      })

    /** Asks, and once more if the script needs the open time of an opening nobody here knew of. */
    const askForOpening = (
      circuit: Circuit,
      run: Run,
      now: number,
      args: ReadonlyArray<string>,
      times: OpenTimes,
      openMillis: (opening: number) => number
    ): Effect.Effect<Reply, StoreTrouble> =>
      Effect.flatMap(ask(circuit, run, now, [...args, ...times.flatMap(Answers.encodeOpening)]), (reply) => {
        if (reply[0] !== Answers.need) return Effect.succeed(reply)
        const opening = Number(reply[1])
        const missing = [opening, openMillis(opening)] as const
        return askForOpening(circuit, run, now, args, [missing, missing], openMillis)
      })

    const circuitOf = (key: string, now: number): Circuit => {
      const circuit: Circuit = {
        keys: [key],
        known: Known.make(now),
        look: Effect.clockWith((clock) =>
          Effect.suspend(() => {
            circuit.known.watched = false
            // Where each call asks, the next one may have told it.
            if (maxAgeMillis === 0 && !Known.owes(circuit.known, hasWindow)) return Effect.void
            return ask(circuit, peek, clock.currentTimeMillisUnsafe())
          })
        )
      }
      return circuit
    }

    const watch = ({ known, look }: Circuit): void => {
      if (known.watched) return
      known.watched = true
      upkeep.add(look)
    }

    const cellOf = (use: (now: number) => Circuit): RawCircuitCell => ({
      free: (fiber) => {
        const now = nowOf(fiber)
        const circuit = use(now)
        if (!Known.isFresh(circuit.known, maxAgeMillis, now)) return undefined
        watch(circuit)
        return circuit.known.ticket
      },
      admit: (fiber) => {
        const now = nowOf(fiber)
        const circuit = use(now)
        return Effect.map(ask(circuit, admit, now), (reply) => Answers.admission(reply, circuit.known.ticket))
      },
      peek: (fiber) => {
        const now = nowOf(fiber)
        const circuit = use(now)
        if (Known.isFresh(circuit.known, maxAgeMillis, now)) return undefined
        return Effect.map(ask(circuit, peek, now), Answers.refusal)
      },
      succeed: (admission, clock) => {
        const now = turn.now(clock)
        const circuit = use(now)
        Known.succeed(circuit.known, admission, now)
        if (Known.owes(circuit.known, hasWindow)) watch(circuit)
        return undefined
      },
      settle: (admission, report, fiber) => {
        const now = nowOf(fiber)
        const circuit = use(now)
        const slow = config.slowCallRate !== undefined && report.latencyMillis > config.slowCallRate.slowerThanMillis
        const bad = report.outcome === "Failure" || (slow && report.outcome === "Success")
        const times = bad ? timesOf(circuit, admission.probe === 0, report.openMillis) : noTimes
        const args = Answers.encodeReport(config, admission, report, slow)
        return Effect.map(askForOpening(circuit, settle, now, args, times, report.openMillis), Answers.settled)
      },
      control: (command, openMillis, fiber) => {
        const now = nowOf(fiber)
        const circuit = use(now)
        const times = command === "open" ? timesOf(circuit, true, openMillis) : noTimes
        return Effect.map(askForOpening(circuit, control, now, [command], times, openMillis), (reply) =>
          Answers.transition(reply, 4)
        )
      },
      view: (now) => Effect.map(ask(use(now), view, now), (reply) => Answers.view(reply, now))
    })

    const keyOfCircuit = (key?: string): string => keyOf(server.prefix, "circuit", name, key)
    const single = circuitOf(keyOfCircuit(), 0)
    const circuits = new KeyedStates<Circuit>({
      make: (now) => circuitOf("", now),
      isIdle: ({ known }, now) => now - known.lastUsed > idleMillis && !Known.owes(known, hasWindow),
      isPlain: ({ known }) => !Known.owes(known, hasWindow),
      maxKeys
    })
    const keyed = (key: string, now: number): Circuit => {
      if (circuits.peek(key) === undefined) circuits.set(key, circuitOf(keyOfCircuit(key), now), now)
      const circuit = circuits.get(key, now)
      circuit.known.lastUsed = now
      return circuit
    }
    const keys = Effect.map(server.scan(patternOf(server.prefix, "circuit", name)), (keys) =>
      keys.map((key) => callersKey(server.prefix, "circuit", name, key))
    )
    return {
      single: cellOf(() => single),
      cell: (key) => cellOf((now) => keyed(key, now)),
      keys: () => keys,
      snapshot: (now) =>
        Effect.flatMap(keys, (keys) =>
          Effect.map(
            Effect.forEach(
              ["", ...keys],
              (key) =>
                Effect.map(ask(key === "" ? single : keyed(key, now), snapshot, now), (reply) =>
                  Answers.snapshot(key, reply, config.window, now)
                ),
              { concurrency: "unbounded" }
            ),
            (snapshots) => snapshots.filter((snapshot) => snapshot !== undefined)
          )
        ),
      restore: (snapshots, now) =>
        Effect.forEach(
          snapshots,
          (snapshot) =>
            ask(
              snapshot.key === "" ? single : keyed(snapshot.key, now),
              restore,
              now,
              Answers.encodeSnapshot(snapshot, config.window, now)
            ),
          { concurrency: "unbounded", discard: true }
        )
    }
  }
}
