/**
 * The file system and the paths of Node.
 *
 * @module
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { Layer } from "effect"
import type { Files } from "./Files.ts"

/** The file system and the paths of Node. */
export const layer: Layer.Layer<Files> = Layer.merge(NodeFileSystem.layer, NodePath.layer)
