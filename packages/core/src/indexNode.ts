/**
 * What needs Node: the e-mail sink (install `nodemailer`), the numbers of the machine (install `systeminformation`), and
 * state shared by the processes of a machine.
 *
 * @module
 */
export * as EmailSink from "./alert/sink/EmailNode.ts"
export * as FolderNode from "./file/FolderNode.ts"
export * as SystemNode from "./operate/SystemNode.ts"
export * as OperationsNode from "./operate/OperationsNode.ts"
export * as SqliteStores from "./store/sqlite/SqliteStoresNode.ts"
