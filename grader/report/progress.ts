import type { GradingEvent, Progress } from "../run/grade.ts";
import type { Verdict } from "../run/result.ts";
import { scenarioLine, typeProblemLines } from "./grading-report.ts";
import { LiveLine, type Output } from "./live-line.ts";
import type { Style } from "./style.ts";

/**
 * Shows a grading that is under way: a line for each scenario when it is decided, and below, on a terminal only, one live
 * line with what is done so far.
 */
export class ProgressReport {
  private readonly startedMs = performance.now();
  private readonly live: LiveLine;
  private progress: Progress;

  constructor(
    output: Output,
    private readonly style: Style,
    private readonly options: {
      /** Keep a live line. */
      readonly live: boolean;
      /** Nothing but the live line. */
      readonly isQuiet?: boolean;
      /** No lines of scenarios that pass. */
      readonly hidesPassed?: boolean;
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
    this.live = new LiveLine(output, style, () => this.text(), options.live);
  }

  readonly onEvent = (event: GradingEvent): void => {
    if (event.kind === "started") {
      this.printAbove([this.options.heading, ""]);
      return;
    }
    if (event.kind === "opened") return;
    if (event.kind === "types") {
      if (event.problems.length > 0) this.printAbove([...typeProblemLines(event.problems, this.style), ""]);
      return;
    }
    this.progress = event.progress;
    // Skipped scenarios have no news of their own: the summary counts them by what they wait for.
    if (event.kind === "scenario" && this.isNews(event.result.verdict))
      this.printAbove([scenarioLine(event.result, this.options.idWidth, this.style)]);
    else this.live.update();
  };

  /** Takes the live line away. */
  end(): void {
    this.live.end();
  }

  private isNews(verdict: Verdict): boolean {
    return verdict !== "skipped" && !(this.options.hidesPassed === true && verdict === "passed");
  }

  private printAbove(lines: readonly string[]): void {
    if (!this.options.isQuiet) this.live.print(lines);
  }

  private text(): string {
    const { runs, ofRuns, scenarios, ofScenarios } = this.progress;
    const elapsed = ((performance.now() - this.startedMs) / 1000).toFixed(1);
    return `${scenarios}/${ofScenarios} scenarios  ${runs}/${ofRuns} runs  ${elapsed} s`;
  }
}
