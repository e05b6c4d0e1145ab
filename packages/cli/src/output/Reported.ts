/**
 * A command that did what it was asked for, and whose result is bad news.
 *
 * @module
 */
import { Schema } from "effect"
import { exitCodes } from "./ExitCode.ts"

/** The result was written; this says why the exit code is not 0. */
export class Reported extends Schema.TaggedError<Reported>()("Reported", {
  problem: Schema.String,
  exitCode: Schema.Literals([exitCodes.other, exitCodes.usage, exitCodes.notFound])
}) {
  override get message(): string {
    return this.problem
  }
}
