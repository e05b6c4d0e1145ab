/**
 * Circuits as rows. A closed circuit is only read: its row is written when a result changes what is counted, and once in
 * a while to say that it is used.
 *
 * @module
 */
import type { Clock, Fiber } from "effect"
import type { CircuitStateName } from "../../event/ResilienceEvent.ts"
import type { RawCircuitCell, RawCircuitStoreFactory } from "../away/RawStores.ts"
import * as CircuitReads from "../CircuitReads.ts"
import * as Snapshot from "../CircuitSnapshot.ts"
import * as CircuitState from "../CircuitState.ts"
import { nowOf } from "../Now.ts"
import * as CircuitRecord from "../record/CircuitRecord.ts"
import { Cell, type Kind } from "./Cell.ts"
import { keyed, type Lifetime, Rows, single } from "./Rows.ts"
import type { Database } from "./Sql.ts"

/** A breaker without keys is forgotten after a month: a program that uses it seldom still finds it. */
const monthMillis = 30 * 24 * 60 * 60 * 1000

/** A row says when it was last used, give or take this share of the time after which it is forgotten. */
const shareOfIdle = 64

const isSwitched = (name: CircuitStateName): boolean =>
  name === "ForcedOpen" || name === "Disabled" || name === "MetricsOnly"

const lifetimeOf = (circuit: CircuitState.Circuit, initial: CircuitStateName, idleMillis: number): Lifetime => {
  const quietFrom = Math.max(circuit.lastUsed, circuit.name === "Open" ? circuit.openUntil : 0)
  const leases = circuit.probes.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), 0)
  // What a person switched stays switched.
  const isKept = isSwitched(circuit.name) && circuit.name !== initial
  return {
    forgetAt: isKept ? Infinity : Math.max(quietFrom + idleMillis, leases),
    plainAt: CircuitReads.isPlain(circuit) ? 0 : Infinity
  }
}

type Asker = Fiber.Fiber<unknown, unknown>

/** Breakers whose circuits are in a database. */
export const make =
  (database: Database): RawCircuitStoreFactory =>
  ({ config, idleMillis, initial, maxKeys, name }) => {
    const rows = new Rows("circuits", name, maxKeys)
    const kindOf = (idleMillis: number): Kind<CircuitState.Circuit> => ({
      make: (now) => CircuitState.make(initial, now),
      write: (circuit) => CircuitRecord.write(circuit, config),
      read: (record, before) => {
        const circuit = CircuitRecord.read(record, config)
        // One ticket for a generation, so that a policy can keep what it prepared for it.
        if (circuit !== undefined && before?.generation === circuit.generation) circuit.ticket = before.ticket
        return circuit
      },
      timeOf: (_, now) => now,
      lifetime: (circuit) => lifetimeOf(circuit, initial, idleMillis)
    })
    const kinds = { single: kindOf(Math.max(idleMillis, monthMillis)), keyed: kindOf(idleMillis) }
    const books = config.window !== undefined
    const timed = config.window?._tag === "Time"

    const cellOf = (key: string, kind: Kind<CircuitState.Circuit>): RawCircuitCell => {
      const cell = new Cell(database, rows, key, kind)
      const decide = <A>(now: number, decide: (circuit: CircuitState.Circuit, now: number) => A): A =>
        cell.decide(now, (circuit, now) => {
          circuit.lastUsed = now
          return decide(circuit, now)
        })
      /** The circuit, whose row says that it is used. */
      const use = (fiber: Asker): CircuitState.Circuit => {
        const circuit = cell.peek()
        const now = nowOf(fiber)
        const isSaid = circuit !== undefined && now - circuit.lastUsed <= idleMillis / shareOfIdle
        return isSaid ? circuit : decide(now, (circuit) => circuit)
      }
      return {
        free: (fiber) => {
          const circuit = use(fiber)
          return CircuitState.admitsFreely(circuit) ? circuit.ticket : undefined
        },
        admit: (fiber) => {
          const now = nowOf(fiber)
          const circuit = use(fiber)
          // Most that come to a circuit that is not closed are refused, and that takes nothing.
          const refused = CircuitState.isAhead(circuit, config, now)
            ? undefined
            : CircuitReads.peek(circuit, config, now)
          return refused ?? decide(now, (circuit, now) => CircuitState.admit(circuit, config, now))
        },
        peek: (fiber) => {
          const circuit = cell.peek()
          return circuit && CircuitReads.peek(circuit, config, nowOf(fiber))
        },
        succeed: (admission, clock: Clock.Clock) => {
          const circuit = cell.peek()
          if (circuit === undefined || circuit.generation !== admission.generation) return
          if (circuit.streak === 0 && (!books || circuit.name === "Disabled")) return
          const now = timed ? clock.currentTimeMillisUnsafe() : circuit.lastUsed
          cell.decide(now, (circuit, now) => CircuitState.succeed(circuit, config, admission, now))
        },
        settle: (admission, report, fiber) =>
          decide(nowOf(fiber), (circuit, now) => CircuitState.settle(circuit, config, admission, report, now)),
        control: (command, openMillis, fiber) =>
          decide(nowOf(fiber), (circuit, now) => CircuitState.control(circuit, command, openMillis, now)),
        view: (now) => CircuitReads.view(cell.peek() ?? CircuitState.make(initial, now), now)
      }
    }

    return {
      single: cellOf(single, kinds.single),
      cell: (key) => cellOf(keyed(key), kinds.keyed),
      keys: () => database.read((sql) => rows.all(sql).flatMap(({ key }) => (key === undefined ? [] : [key]))),
      snapshot: () =>
        database.read((sql) =>
          rows.all(sql).flatMap(({ key = "", record }) => {
            const circuit = CircuitRecord.read(record, config)
            return circuit === undefined ? [] : [Snapshot.take(key, circuit)]
          })
        ),
      restore: (snapshots, now) =>
        database.write((sql) => {
          for (const snapshot of snapshots) {
            const circuit = Snapshot.restore(snapshot, config, now)
            const [key, kind] = snapshot.key === "" ? [single, kinds.single] : [keyed(snapshot.key), kinds.keyed]
            rows.put(sql, rows.find(sql, key), key, kind.write(circuit), kind.lifetime(circuit, now), now)
          }
        })
    }
  }
