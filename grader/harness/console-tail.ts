import type { Micros } from "../sim/peer-host.ts";

/** One line that a peer wrote to its console. */
export interface ConsoleLine {
  readonly timeUs: Micros;
  readonly peer: number;
  readonly level: string;
  readonly text: string;
}

/** So many console lines are kept, the last ones, and of those no more than so many characters in all. */
const LINES_MAX = 200;
const CHARS_MAX = 256 * 1024;

/** The last of what the peers wrote to their consoles. */
export class ConsoleTail {
  readonly #lines: ConsoleLine[] = [];
  #chars = 0;

  add(line: ConsoleLine): void {
    this.#lines.push(line);
    this.#chars += line.text.length;
    // Not one by one, as each moves all the others.
    if (this.#lines.length > 2 * LINES_MAX || this.#chars > 2 * CHARS_MAX) this.#cut();
  }

  /** Ends it. */
  lines(): readonly ConsoleLine[] {
    this.#cut();
    return this.#lines;
  }

  #cut(): void {
    let from = 0;
    while (this.#lines.length - from > LINES_MAX || (this.#chars > CHARS_MAX && from < this.#lines.length - 1)) {
      this.#chars -= (this.#lines[from++] as ConsoleLine).text.length;
    }
    this.#lines.splice(0, from);
  }
}
