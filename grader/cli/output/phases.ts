import type { GradingEvent } from "../../run/grade.ts";
import type { GradingPhases, GradingResult } from "../../run/result.ts";

/** Notes when the steps of a grading are through, by the clock of the process, which began before any code of the grader. */
export class PhaseClock {
  private readonly begun: number;
  private readonly reached: { -readonly [Phase in keyof GradingPhases]?: number } = {};

  /** `nowMs`: since the process was started. */
  constructor(private readonly nowMs: () => number = () => process.uptime() * 1000) {
    this.begun = Math.round(nowMs());
  }

  readonly onEvent = ({ kind }: GradingEvent): void => {
    switch (kind) {
      case "opened":
        this.note("opened");
        break;
      case "started":
        this.note("bundled");
        break;
      case "run":
        if (this.reached.firstRun === undefined) this.note("firstRun");
        this.note("lastRun");
        break;
      case "types":
        this.note("types");
        break;
    }
  };

  /** The result, with what was noted until now. */
  timed(result: GradingResult): GradingResult {
    const phasesMs: GradingPhases = { begun: this.begun, ...this.reached, ended: Math.round(this.nowMs()) };
    return { ...result, timing: { ...result.timing, phasesMs } };
  }

  private note(phase: keyof GradingPhases): void {
    this.reached[phase] = Math.round(this.nowMs());
  }
}
