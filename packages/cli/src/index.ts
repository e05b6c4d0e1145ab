/**
 * The skippy command line and MCP server. Nothing is published from this room yet.
 *
 * @module
 */
