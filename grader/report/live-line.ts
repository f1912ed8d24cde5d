import type { Style } from "./style.ts";

/** Where a report goes. */
export interface Output {
  write(text: string): void;
  /** Width of the terminal; undefined when it is none. */
  readonly columns?: number | undefined;
}

/** How often the line is drawn anew at most. */
const REDRAW_MS = 80;

/** A last line on a terminal that tells what is being done, and goes away when there is something to print. */
export class LiveLine {
  private shown = "";
  private drawnMs = Number.NEGATIVE_INFINITY;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly output: Output,
    private readonly style: Style,
    /** What it says now. */
    private readonly text: () => string,
    /** False: nothing is drawn, as in a file. */
    private readonly isOn: boolean,
  ) {
    if (!isOn) return;
    // Elapsed time goes on while a run takes long.
    this.timer = setInterval(() => this.draw(), 500).unref();
    this.draw();
  }

  /** Draws it anew, unless that was done just now. */
  update(): void {
    if (performance.now() - this.drawnMs >= REDRAW_MS) this.draw();
  }

  /** Prints lines above it. */
  print(lines: readonly string[]): void {
    this.erase();
    for (const line of lines) this.output.write(`${line}\n`);
    this.draw();
  }

  /** Takes it away. */
  end(): void {
    clearInterval(this.timer);
    this.erase();
  }

  private draw(): void {
    if (!this.isOn) return;
    this.erase();
    this.shown = this.text().slice(0, Math.max(0, (this.output.columns || 80) - 1));
    this.output.write(this.style.dim(this.shown));
    this.drawnMs = performance.now();
  }

  private erase(): void {
    if (this.shown === "") return;
    this.output.write("\r\u001b[2K");
    this.shown = "";
  }
}
