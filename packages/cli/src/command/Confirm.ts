/**
 * Asks before something is done that is hard to take back. Where nobody can be asked, it is done with `--yes` only.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { Prompt } from "effect/cli"
import { Output } from "../output/Output.ts"
import { oneLine } from "../output/Style.ts"
import { on } from "./Operation.ts"

/** Nobody confirmed it, and nothing was done. */
export class NotConfirmed extends Schema.TaggedError<NotConfirmed>()("NotConfirmed", {
  /** What would have been done. */
  what: Schema.String,
  /** Whether somebody was asked and said no. */
  asked: Schema.Boolean
}) {
  readonly category = "conflict"

  override get message(): string {
    return this.asked ? `not done: ${this.what}` : `this needs a confirmation: ${this.what}; add --yes to do it`
  }
}

/** Says yes in advance. */
export const yes = on("yes", "Do it without asking; needed where nobody can be asked")

/**
 * Goes on when somebody says yes to a plan, and answers it, so that what is done is what was shown. The plan is made only
 * when somebody can be asked: with `--yes` there is none.
 */
export const agreed = <A, E, R>(
  what: string,
  isGiven: boolean,
  plan: Effect.Effect<A, E, R>,
  text: (plan: A) => string
) =>
  Effect.gen(function* () {
    if (isGiven) return undefined
    const output = yield* Output
    if (!output.canAsk) return yield* new NotConfirmed({ what, asked: false })
    const shown = yield* plan
    yield* output.note(text(shown))
    const answer = yield* Prompt.run(Prompt.Confirm({ message: `${oneLine(what)}?`, initial: false }))
    if (!answer) return yield* new NotConfirmed({ what, asked: true })
    return shown
  })

/** Goes on when somebody says yes; `warning` is shown before the question. */
export const confirm = (what: string, isGiven: boolean, warning: string) =>
  Effect.asVoid(agreed(what, isGiven, Effect.succeed(warning), (text) => text))
