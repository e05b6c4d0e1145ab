/**
 * The flags every command takes.
 *
 * @module
 */
import { Option } from "effect"
import { Flag, GlobalFlag } from "effect/cli"

/** One line of JSON for each result. */
export const Json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withoutNegation,
    Flag.withDefault(false),
    Flag.withDescription("Write the result as JSON, one line for each; errors too, to stderr")
  )
})

/** Emulators instead of the services. */
export const Sandbox = GlobalFlag.Setting("sandbox")({
  flag: Flag.Boolean("sandbox").pipe(
    Flag.withoutNegation,
    Flag.withDefault(false),
    Flag.withDescription("Use emulators in this process instead of the services (or SKIPPY_SANDBOX=1)")
  )
})

/** The folder of everything. */
export const Folder = GlobalFlag.Setting("path")({
  flag: Flag.String("path").pipe(
    Flag.optional,
    Flag.map(Option.getOrUndefined),
    Flag.withMetavar("DIR"),
    Flag.withDescription("The folder of state, journal and sign-in (over SKIPPY_PATH)")
  )
})

/** Settings over those of environment and files. */
export const Settings = GlobalFlag.Setting("set")({
  flag: Flag.KeyValuePair("set").pipe(
    Flag.withDefault({}),
    Flag.withMetavar("KEY=VALUE"),
    Flag.withDescription("A setting for this command, such as --set github.max_attempts=1; may be given again")
  )
})

/** Whether text is colored. */
export const Color = GlobalFlag.Setting("color")({
  flag: Flag.Literals("color", ["auto", "always", "never"]).pipe(
    Flag.withDefault("auto" as const),
    Flag.withMetavar("WHEN"),
    Flag.withDescription("Color the text: auto (on a terminal, unless NO_COLOR is set), always or never")
  )
})

/** All of them. */
export const all = [Json, Sandbox, Folder, Settings, Color] as const
