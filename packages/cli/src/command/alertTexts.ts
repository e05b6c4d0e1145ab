/**
 * What people read of alerts.
 *
 * @module
 */
import type { Alert, AlertManager } from "@skippy/core"
import { type Cell, instantText, marked, oneLine, type Style, table } from "../output/Style.ts"

/** The part of an alert that is told. */
interface Told extends Pick<Alert.AlertInstance, "at" | "silenced" | "status"> {
  readonly alert: Pick<Alert.Alert, "level" | "message" | "name" | "service" | "title">
}

const levelCell = ({ alert: { level }, status }: Told, style: Style): Cell => {
  if (status === "resolved") return ["resolved", style.good]
  if (level === "ERROR" || level === "CRITICAL") return [level, style.bad]
  return level === "WARNING" ? [level, style.poor] : level
}

/** An alert in one line. */
export const alertText = (one: Told, style: Style): string => {
  const { alert, at, silenced } = one
  const { message, name, service = "-", title } = alert
  const hush = silenced ? style.dim(" (silenced)") : ""
  return `${instantText(at)}  ${marked(levelCell(one, style))}${hush}  ${oneLine(service)}  ${oneLine(name)}  ${oneLine(title)}: ${oneLine(message)}`
}

const deliveryCell = ({ status }: AlertManager.Delivery, style: Style): Cell => {
  switch (status) {
    case "sent":
      return ["sent", style.good]
    case "failed":
      return ["failed", style.bad]
    case "silenced":
      return ["silenced", style.dim]
    case "belowLevel":
      return ["not urgent enough", style.dim]
  }
}

/** Who took an alert. */
export const sentText = ({ deliveries }: Pick<AlertManager.Sent, "deliveries">, style: Style): string =>
  table(deliveries.map((one) => [one.sink, deliveryCell(one, style), one.problem ?? ""]))
