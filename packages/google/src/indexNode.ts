/**
 * What needs Node.
 *
 * @module
 */
export {}
