/**
 * What the demo plays on: the services, each over an emulator on loopback whose faults can be set, and a few files. The
 * runtime makes it.
 *
 * @module
 */
import type { EventBus, Resilience } from "@skippy/core"
import type { Drive } from "@skippy/google"
import type { DriveEmulator } from "@skippy/google/testing"
import type { GitHub, HttpService, Pexels } from "@skippy/http"
import type { Emulator, EmulatorServer, GitHubEmulator } from "@skippy/http/testing"
import type { Effect, Stream } from "effect"
import type { AnyFailure } from "../output/Failure.ts"
import type { View } from "../tui/View.ts"

/** A service, and the machine that answers for it. */
export interface Played<S, M = Emulator> {
  readonly service: S
  readonly machine: M
  readonly server: EmulatorServer.EmulatorServer
}

/** A file that is uploaded. */
export interface PlayedFile {
  readonly name: string
  readonly bytes: number
  /** In lower-case hexadecimal. */
  readonly md5: string
}

/** What the demo plays on. */
export interface Stage {
  /** From which the mishaps are drawn. */
  readonly seed: number
  /** Where this run keeps everything: what `--path` is to be for commands that look at it. */
  readonly path: string
  /** The folder of the journal. */
  readonly journal: string
  readonly files: {
    /** Whose they are. */
    readonly source: string
    /** Whether the demo wrote them itself. */
    readonly made: boolean
    /** Copies of them, which are what is uploaded. */
    readonly directory: string
    readonly list: ReadonlyArray<PlayedFile>
    /** One that is large enough to be cut off twice, made by the demo. */
    readonly large: PlayedFile & { readonly path: string }
  }
  /** Where downloads go. */
  readonly downloads: string
  /** The MD5 of a file on the disk. */
  readonly md5: (path: string) => Effect.Effect<string, AnyFailure>
  readonly drive: Played<Drive["Service"], DriveEmulator.DriveEmulator>
  readonly github: Played<GitHub["Service"], GitHubEmulator.GitHubEmulator>
  readonly pexels: Played<Pexels["Service"]>
  readonly http: Played<HttpService["Service"]> & {
    /** A file there, and its MD5. */
    readonly report: { readonly url: string; readonly md5: string }
    /** An address that leads to another one, inside of the network. */
    readonly moved: { readonly url: string; readonly to: string }
  }
  readonly resilience: Resilience["Service"]
  /** What the services do, again and again. */
  readonly views: Stream.Stream<View, AnyFailure>
  readonly bus: EventBus.EventBus
}

/** What somebody asks for. */
export interface Asked {
  /** The directory whose files are uploaded; found by itself otherwise. */
  readonly files: string | undefined
  readonly seed: number
}
