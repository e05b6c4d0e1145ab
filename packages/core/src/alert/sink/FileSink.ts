/**
 * The history of alerts as a file: one JSON object a line, by custom `{SKIPPY_PATH}/logs/alerts.jsonl`.
 *
 * @module
 */
import { Clock, type Duration, Effect, FileSystem, Schema } from "effect"
import { checkInteger, checkMillis } from "../../error/InvalidOptionError.ts"
import { make as makeFile, read as readLines } from "../../file/LineFile.ts"
import { make as makeFollower } from "../../file/LineFollower.ts"
import { encode } from "../../file/Utf8.ts"
import { AlertInstance } from "../Alert.ts"
import { type Sink, SinkError, type SinkOptions } from "./Sink.ts"

/** Where the file is and how much of it is kept. */
export interface Options extends SinkOptions {
  /** The folder, by custom `{SKIPPY_PATH}/logs`; made when needed. */
  readonly directory: string
  /** A larger file is set aside. Default 10 MiB. */
  readonly maxBytes?: number | undefined
  /** An older file is set aside. Default 30 days. */
  readonly maxAge?: Duration.Input | undefined
  /** Of the files set aside, the oldest go above this. Default 100 MiB. */
  readonly maxTotalBytes?: number | undefined
}

/** The defaults, in one place. */
export const defaults = { maxBytes: 10 * 1024 * 1024, maxAge: "30 days", maxTotalBytes: 100 * 1024 * 1024 } as const

const fileName = "alerts"

/** Appends every change of an alert, silenced ones too, at once. `level` is `DEBUG` by default: everything. */
export const make = (options: Options): Effect.Effect<Sink, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { directory, level = "DEBUG", name = "file" } = options
    const file = yield* makeFile({
      directory,
      name: fileName,
      maxBytes: checkInteger("FileSink", "maxBytes", options.maxBytes ?? defaults.maxBytes, 1),
      maxAgeMillis: checkMillis("FileSink", "maxAge", options.maxAge ?? defaults.maxAge, 1),
      maxTotalBytes: checkInteger("FileSink", "maxTotalBytes", options.maxTotalBytes ?? defaults.maxTotalBytes, 0),
      compress: undefined
    })
    const clock = yield* Clock.Clock
    return {
      name,
      kind: "log",
      remote: false,
      level,
      send: ({ alerts }) =>
        Effect.mapError(
          Effect.suspend(() =>
            file.append(
              encode(alerts.map((alert) => `${JSON.stringify(alert)}\n`).join("")),
              clock.currentTimeMillisUnsafe()
            )
          ),
          (error) => new SinkError({ sink: name, problem: error.message, category: "transient" })
        )
    }
  })

/** What a file of alerts says. */
export interface Reading {
  /** In the order they were written. */
  readonly alerts: ReadonlyArray<AlertInstance>
  /** Lines that could not be read. */
  readonly broken: number
}

const decode = Schema.decodeOption(Schema.fromJsonString(AlertInstance))

/** Reads the alerts a sink has written to a folder. */
export const read = (directory: string) =>
  Effect.map(readLines({ directory, name: fileName, decode }), ({ broken, values }): Reading => ({
    alerts: values,
    broken
  }))

/**
 * Follows the alerts sinks write to a folder: each look answers those since the last one, of at most the last `maxBytes`.
 * Looks must not overlap.
 */
export const follow = (directory: string, maxBytes?: number | undefined) =>
  Effect.map(makeFollower({ directory, name: fileName, decode, maxBytes }), (look) =>
    Effect.map(look, ({ broken, values }): Reading => ({ alerts: values, broken }))
  )
