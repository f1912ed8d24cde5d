import { LiveLine, type Output } from "./live-line.ts";
import type { Style } from "./style.ts";

/** Time left is told once so many submissions were graded: the first ones say little. */
const FIRST_ESTIMATE = 3;
/** Where there is no live line, how far it is gets a line of its own so often. */
const TOLD_EVERY_MS = 60_000;

/**
 * Shows a batch that is under way: a line for each submission, and on a terminal below it one live line with what is done,
 * how fast, and how long it may take yet.
 */
export class BatchProgress {
  private readonly startedMs: number;
  private readonly live: LiveLine;
  private done = 0;
  private of = 0;
  private graded = 0;
  private toldMs: number;

  constructor(
    output: Output,
    private readonly style: Style,
    private readonly isLive: boolean,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.startedMs = this.nowMs();
    this.toldMs = this.startedMs;
    this.live = new LiveLine(output, style, () => this.text(), isLive);
  }

  /** What is done now; `wasGraded`: it took its time. `text`: a line for it, which must be printable; none when empty. */
  step(done: number, of: number, wasGraded: boolean, text: string): void {
    this.done = done;
    this.of = of;
    if (wasGraded) this.graded++;
    const width = String(of).length;
    if (text !== "") this.print(`${this.style.dim(`${String(done).padStart(width)}/${of}`)}  ${text}`);
    else this.live.update();
    if (this.isLive || this.nowMs() - this.toldMs < TOLD_EVERY_MS || done >= of) return;
    this.toldMs = this.nowMs();
    this.print(this.style.dim(this.text()));
  }

  /** A line of its own. */
  print(text: string): void {
    this.live.print([text]);
  }

  /** Takes the live line away. */
  end(): void {
    this.live.end();
  }

  private text(): string {
    const elapsedMs = this.nowMs() - this.startedMs;
    const head = `${this.done}/${this.of} submissions  ${duration(elapsedMs)}`;
    if (this.graded < FIRST_ESTIMATE || this.done >= this.of) return head;
    const perMinute = this.graded / (elapsedMs / 60_000);
    const leftMs = (elapsedMs / this.graded) * (this.of - this.done);
    return `${head}  ${perMinute.toFixed(1)} a minute  about ${duration(leftMs)} left`;
  }
}

/** For example `48 s`, `12 min`, `3 h 20 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
