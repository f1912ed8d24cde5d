import type { InspectOptions } from "./inspect.ts";

interface Frame {
  readonly prefix: string;
  readonly open: string;
  readonly close: string;
  readonly indent: number;
  readonly isList: boolean;
  readonly options: InspectOptions;
}

/** On one line what is short; long lists of short items in rows; everything else one part a line. */
export function layOut(parts: readonly string[], frame: Frame): string {
  const { open, close, indent, options } = frame;
  const head = frame.prefix === "" ? open : `${frame.prefix} ${open}`;
  if (parts.length === 0) return `${head}${close}`;
  const width = options.breakLength ?? 80;
  const hasBreak = head.includes("\n") || parts.some((part) => part.includes("\n"));
  const oneLine = parts.reduce((sum, part) => sum + part.length + 2, head.length + indent);
  const mayJoin = options.compact !== false && !hasBreak;
  if (mayJoin && oneLine <= width && parts.length <= 60) return `${head} ${parts.join(", ")} ${close}`;
  const lines =
    mayJoin && frame.isList && parts.length > 6 ? rows(parts, width - indent - 4) : parts.map((part) => `${part}`);
  const pad = " ".repeat(indent);
  return `${head}\n${pad}  ${lines.join(`,\n${pad}  `)}\n${pad}${close}`;
}

function rows(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line === "") line = part;
    else if (line.length + part.length + 2 <= width) line += `, ${part}`;
    else {
      lines.push(line);
      line = part;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}
