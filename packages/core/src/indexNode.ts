/**
 * What needs Node: the e-mail sink (install `nodemailer`) and the numbers of the machine (install `systeminformation`).
 *
 * @module
 */
export * as EmailSink from "./alert/sink/EmailNode.ts"
export * as SystemNode from "./operate/SystemNode.ts"
export * as OperationsNode from "./operate/OperationsNode.ts"
