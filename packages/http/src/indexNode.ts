/**
 * What needs Node.
 *
 * @module
 */
export * as TransportNode from "./TransportNode.ts"
