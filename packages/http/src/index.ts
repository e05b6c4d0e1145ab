/**
 * HTTP, GitHub and Pexels as protected, typed services. Nothing is published from this room yet.
 *
 * @module
 */
