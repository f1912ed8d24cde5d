import type { InspectOptions } from "./inspect.ts";

interface Frame {
  readonly prefix: string;
  readonly open: string;
  readonly close: string;
  readonly indent: number;
  readonly isList: boolean;
  /** How deep the last part goes. */
  readonly levelsInside: number;
  readonly options: InspectOptions;
}

/** Objects with more levels inside than this are not put on one line, however short. */
const COMPACT_LEVELS = 3;
/** Room that is left beside a line. */
const MARGIN = 10;

/** On one line what is short; long lists of short items in rows; everything else one part a line. */
export function layOut(parts: readonly string[], frame: Frame): string {
  const { open, close, indent, options, levelsInside } = frame;
  const head = frame.prefix === "" ? open : `${frame.prefix} ${open}`;
  if (parts.length === 0) return `${head}${close}`;
  const width = options.breakLength ?? 80;
  const mayJoin = options.compact !== false && !`${head}${parts.join("")}`.includes("\n");
  const isLongList = frame.isList && parts.length > 6;
  if (mayJoin && !isLongList && levelsInside < COMPACT_LEVELS) {
    const length = parts.reduce((sum, part) => sum + part.length + 2, head.length + indent + MARGIN);
    if (length <= width) return `${head} ${parts.join(", ")} ${close}`;
  }
  const lines = mayJoin && isLongList ? rows(parts, width - indent - 4) : parts;
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
