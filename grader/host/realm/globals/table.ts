import { inspect } from "../inspect/inspect.ts";

/** The text of `console.table`: a row an item, a column a field; other values as `inspect` shows them. */
export function table(data: unknown, columns?: readonly string[]): string {
  if (typeof data !== "object" || data === null) return inspect(data);
  const entries = data instanceof Map ? [...data] : Object.entries(data);
  const names: string[] = columns ? [...columns] : [];
  let hasValues = false;
  for (const [, item] of entries) {
    if (typeof item !== "object" || item === null) hasValues = true;
    else if (!columns) for (const name of Object.keys(item)) if (!names.includes(name)) names.push(name);
  }
  const header = ["(index)", ...names, ...(hasValues ? ["Values"] : [])];
  const rows = entries.map(([index, item]) => {
    const isRecord = typeof item === "object" && item !== null;
    const cells = names.map((name) =>
      isRecord && name in item ? inspect((item as Record<string, unknown>)[name], { depth: 0 }) : "",
    );
    return [String(index), ...cells, ...(hasValues ? [isRecord ? "" : inspect(item)] : [])];
  });
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `│ ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(" │ ")} │`;
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  return [rule("┌", "┬", "┐"), line(header), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join("\n");
}
