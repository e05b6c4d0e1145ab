/**
 * What needs Node: the e-mail sink (install `nodemailer`).
 *
 * @module
 */
export * as EmailSink from "./alert/sink/EmailNode.ts"
