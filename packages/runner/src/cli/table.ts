import { getBorderCharacters, table } from "table"

export interface TableOptions {
  /** The first so many columns hold text; the others are aligned to the right. */
  readonly leftColumns: number
  /** Longer text in the last column is wrapped. */
  readonly lastColumnWidth?: number
}

/** A plain table: a head, a line, and rows; no trailing blanks. */
export const renderTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { leftColumns, lastColumnWidth }: TableOptions
): string =>
  table(
    [head, ...rows].map((cells) => cells.map(printable)),
    {
      border: { ...getBorderCharacters("void"), joinBody: "─", joinJoin: "──" },
      columnDefault: { paddingLeft: 0 },
      columns: head.map((_, index) => ({
        paddingRight: index === head.length - 1 ? 0 : 2,
        alignment: index < leftColumns ? "left" : "right",
        ...(index === head.length - 1 && lastColumnWidth !== undefined
          ? { width: lastColumnWidth, wrapWord: true }
          : {})
      })),
      drawHorizontalLine: (index) => index === 1
    }
  )
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd()

/** The table library refuses control characters: names come from study files and may hold any. */
const printable = (cell: string): string => cell.replaceAll(/\p{Cc}+/gu, " ")
