/** Texts of the documentation in which `…` stands for what is another one each time. */

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** A line that is only `…` stands for any lines; within a line it stands for anything. Spaces at ends do not count. */
export const loosely = (text: string): RegExp => {
  const lines = text.trimEnd().split("\n")
  const pattern = lines
    .map((line) =>
      line.trim() === "…"
        ? "(?:[^\\n]*\\n)*?"
        : `${line.trimEnd().split("…").map(escaped).join("[^\\n]*")}[^\\S\\n]*\\n`
    )
    .join("")
  return new RegExp(`^${pattern}$`)
}
