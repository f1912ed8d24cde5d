/** What a position of a generated text came from; counted from 0. */
export interface Origin {
  /** Its place among the map's sources. */
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

/** Far more than the sources that are graded can have, of which each takes four letters at least. */
const SEGMENTS_MAX = 4_000_000;
const FIELDS = 5;
const [LINE, COLUMN, SOURCE] = [0, 1, 2] as const;
const NO_SOURCE = -1;

/**
 * The mappings of a source map, in their order, which is that of the generated text. Sources of two megabytes have a million
 * of them, and Node's own reader takes a quarter of a gigabyte for these: here they are twenty bytes each.
 */
export class Mappings {
  /** Segment by segment: generated line and column, source, and the line and column there. */
  private readonly fields: Int32Array;
  private count = 0;

  constructor(text: string) {
    const most = segmentsOf(text);
    this.fields = new Int32Array(most > SEGMENTS_MAX ? 0 : most * FIELDS);
    if (most <= SEGMENTS_MAX) this.read(text);
  }

  /** What the last segment at or before a position came from; null where there is none, or it came from nowhere. */
  find(line: number, column: number): Origin | null {
    const { fields } = this;
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = middle * FIELDS;
      const itsLine = fields[at + LINE] as number;
      if (itsLine > line || (itsLine === line && (fields[at + COLUMN] as number) > column)) high = middle;
      else low = middle + 1;
    }
    const at = (low - 1) * FIELDS;
    if (at < 0 || fields[at + SOURCE] === NO_SOURCE) return null;
    const [source = 0, sourceLine = 0, sourceColumn = 0] = fields.subarray(at + SOURCE, at + FIELDS);
    return { source, line: sourceLine, column: sourceColumn };
  }

  /** Each field is told as its difference from the last one, the column from the last one of its line. */
  private read(text: string): void {
    const now = [0, 0, 0, 0, 0];
    let field = 0;
    let [value, shift] = [0, 0];
    for (let i = 0; i <= text.length; i++) {
      const letter = i < text.length ? text.charCodeAt(i) : COMMA;
      if (letter === COMMA || letter === SEMICOLON) {
        if (field > 0) this.add(now, field > 1);
        field = 0;
        [value, shift] = [0, 0];
        if (letter === SEMICOLON) {
          now[LINE] = (now[LINE] as number) + 1;
          now[COLUMN] = 0;
        }
        continue;
      }
      const digit = DIGITS[letter] ?? 0;
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit >= 32) continue;
      // The fifth, a name, is not looked at.
      const to = COLUMN + field++;
      if (to < FIELDS) now[to] = (now[to] as number) + ((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
      [value, shift] = [0, 0];
    }
  }

  private add(now: readonly number[], hasSource: boolean): void {
    const at = this.count++ * FIELDS;
    this.fields.set(now, at);
    if (!hasSource) this.fields[at + SOURCE] = NO_SOURCE;
  }
}

const COMMA = 44;
const SEMICOLON = 59;
/** By the code of the letter. */
const DIGITS = new Uint8Array(128);
for (const [digit, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  DIGITS[letter.charCodeAt(0)] = digit;
}

/** How many there may be: one between any two marks. */
function segmentsOf(text: string): number {
  let count = 1;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === COMMA || letter === SEMICOLON) count++;
  }
  return count;
}
