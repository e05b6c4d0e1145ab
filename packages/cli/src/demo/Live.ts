/**
 * The demo on a terminal: a live picture as long as it plays.
 *
 * @module
 */
import { Effect, Fiber, Ref, Stream } from "effect"
import type { Shape as Channels } from "../output/Channels.ts"
import type { Style } from "../output/Style.ts"
import { show } from "../tui/Screen.ts"
import type { View } from "../tui/View.ts"
import type { DemoEvent } from "./DemoEvent.ts"
import { picture } from "./Picture.ts"
import { services } from "./Script.ts"
import type { Stage } from "./Stage.ts"
import { isLine } from "./Text.ts"

/** How long the last picture stays. */
const rest = "1500 millis"

/** Services nobody calls have nothing to show. */
const played = (view: View): View => ({
  ...view,
  services: view.services.filter(({ service }) => services.has(service))
})

/** Plays on the whole terminal, until its end or until somebody presses `q`; answers what was said. */
export const onScreen = (
  screen: NonNullable<Channels["screen"]>,
  { views }: Pick<Stage, "views">,
  events: Stream.Stream<DemoEvent>,
  { startedAt, style }: { readonly startedAt: number; readonly style: Style }
) =>
  Effect.gen(function* () {
    const said = yield* Ref.make<ReadonlyArray<DemoEvent>>([])
    const open = yield* screen
    const end = yield* events.pipe(
      Stream.runForEach((event) => Ref.update(said, (all) => [...all, event])),
      Effect.andThen(Effect.sleep(rest)),
      Effect.forkScoped
    )
    const shown = views.pipe(
      Stream.mapEffect((view) =>
        Effect.map(Ref.get(said), (all) => ({ view: played(view), lines: all.filter(isLine) }))
      ),
      Stream.interruptWhen(Fiber.join(end))
    )
    yield* show(open, shown, (now, size, footer) =>
      picture(now, {
        ...size,
        style,
        startedAt,
        footer
      })
    )
    return yield* Ref.get(said)
  }).pipe(Effect.scoped)
