/**
 * Google Drive and Google Photos as protected, typed services. Nothing is published from this room yet.
 *
 * @module
 */
