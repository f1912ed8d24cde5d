import type { GradingEvent, Progress } from "../run/grade.ts";
import { scenarioLine, typeProblemLines } from "./grading-report.ts";
import type { Style } from "./style.ts";

/** Where a report goes. */
export interface Output {
  write(text: string): void;
  /** Width of the terminal; undefined when it is none. */
  readonly columns?: number | undefined;
}

/** How often the live line is drawn anew at most. */
const REDRAW_MS = 80;

/**
 * Shows a grading that is under way: a line for each scenario when it is decided, and below, on a terminal only, one live
 * line with what is done so far.
 */
export class ProgressReport {
  private readonly startedMs = performance.now();
  private liveLine = "";
  private drawnMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private progress: Progress;

  constructor(
    private readonly output: Output,
    private readonly style: Style,
    private readonly options: {
      /** Keep a live line. */
      readonly live: boolean;
      /** Nothing but the live line. */
      readonly isQuiet?: boolean;
      /** Of the longest scenario id. */
      readonly idWidth: number;
      /** The first line. */
      readonly heading: string;
      readonly scenarios: number;
      /** Of each scenario. */
      readonly runs: number;
    },
  ) {
    const { scenarios, runs } = options;
    this.progress = { runs: 0, ofRuns: scenarios * runs, scenarios: 0, ofScenarios: scenarios };
    if (!options.live) return;
    // Elapsed time goes on while a run takes long.
    this.timer = setInterval(() => this.draw(), 500).unref();
    this.draw();
  }

  readonly onEvent = (event: GradingEvent): void => {
    if (event.kind === "started") {
      this.printAbove([this.options.heading, ""]);
      return;
    }
    if (event.kind === "type-problems") {
      this.printAbove([...typeProblemLines(event.problems, this.style), ""]);
      return;
    }
    this.progress = event.progress;
    // Skipped scenarios have no news of their own: the summary counts them by what they wait for.
    if (event.kind === "scenario" && event.result.verdict !== "skipped")
      this.printAbove([scenarioLine(event.result, this.options.idWidth, this.style)]);
    else if (performance.now() - this.drawnMs >= REDRAW_MS) this.draw();
  };

  /** Takes the live line away. */
  end(): void {
    clearInterval(this.timer);
    this.erase();
  }

  private printAbove(lines: readonly string[]): void {
    if (this.options.isQuiet) return;
    this.erase();
    for (const line of lines) this.output.write(`${line}\n`);
    this.draw();
  }

  private draw(): void {
    if (!this.options.live) return;
    const { runs, ofRuns, scenarios, ofScenarios } = this.progress;
    const elapsed = ((performance.now() - this.startedMs) / 1000).toFixed(1);
    const text = `${scenarios}/${ofScenarios} scenarios  ${runs}/${ofRuns} runs  ${elapsed} s`;
    this.erase();
    this.liveLine = text.slice(0, Math.max(0, (this.output.columns || 80) - 1));
    this.output.write(this.style.dim(this.liveLine));
    this.drawnMs = performance.now();
  }

  private erase(): void {
    if (this.liveLine === "") return;
    this.output.write("\r\u001b[2K");
    this.liveLine = "";
  }
}
