import { join } from "node:path";
import type { Scenario } from "../../harness/scenario.ts";
import { describeFailure } from "../../report/failure-text.ts";
import { ProgressReport } from "../../report/progress.ts";
import { DEFAULT_RUNS, DEFAULT_SEED, grade } from "../../run/grade.ts";
import type { GradingResult } from "../../run/result.ts";
import { CheckCache, openSubmission, UngradableError } from "../../submission/index.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { cacheFolder } from "../input/cache-folder.ts";
import { after, type LastGradings, type Verdicts } from "../input/last-grading.ts";
import { defaultWorkers } from "../input/options.ts";
import type { Selection } from "../input/select.ts";
import { commandOn } from "../output/command-text.ts";
import type { Stdio } from "../output/stdio.ts";
import { changesText } from "./changes.ts";
import { type Choice, choiceText, chosenOf, isFailure, nextFailing } from "./choice.ts";

export interface WatchPlan {
  readonly selection: Selection;
  readonly scenarios: readonly Scenario[];
  readonly submission: string;
  /** The submission as it was named, if it was. */
  readonly named: string | undefined;
  /** Null where nothing can be remembered. */
  readonly last: LastGradings | null;
  readonly seed?: number;
  readonly runs?: number;
  readonly workers?: number;
  readonly failed?: boolean;
}

const KEYS = "a all, f failed only, n next failing, p pattern, enter again, h help, q quit";
const HELP = `  a      all scenarios at each save
  f      only what did not pass
  n      only the next scenario that fails
  p      only scenarios whose name contains a text: type it, then enter
  enter  plays it again as it is
  q      quits`;
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACES = ["\u007f", "\b"];
const CLEAR = "\u001b[H\u001b[2J";

/** Gradings of one folder, one after the other: what is played, what is said, and what the user wants next. */
export class WatchSession {
  private choice: Choice;
  private verdicts: Verdicts;
  /** Of the sources that were graded last; null when they could not be read. */
  private hash: string | null = null;
  /** What stood in the way of reading them, and was told. */
  private problem = "";
  /** What is typed of a pattern; null when none is. */
  private typed: string | null = null;
  private isWanted = true;
  private exitCode: number | null = null;
  private stop = () => {};
  private wake = () => {};

  constructor(
    private readonly plan: WatchPlan,
    private readonly stdio: Stdio,
  ) {
    this.verdicts = plan.last?.of(plan.submission, plan.selection.lab) ?? new Map();
    this.choice = { kind: plan.failed ? "failed" : "all" };
  }

  /** Until `end` is called. Gives the exit status. */
  async play(hasKeys: boolean): Promise<number> {
    while (this.exitCode === null) {
      if (this.isWanted) {
        this.isWanted = false;
        await this.gradeOnce(hasKeys);
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
    return this.exitCode;
  }

  end(exitCode: number): void {
    this.exitCode ??= exitCode;
    this.stop();
    this.wake();
  }

  /** Something in the folder may have changed. */
  readonly onSaved = (): void => {
    const hash = this.read();
    if (hash === null || hash === this.hash) return;
    this.again();
  };

  readonly onKey = (key: string): void => {
    if (key === CTRL_C || key === CTRL_D) this.end(EXIT.interrupted);
    else if (this.typed !== null) this.type(key);
    else if (key === "q") this.end(EXIT.passed);
    else if (key === "h" || key === "?") this.say(HELP);
    else if (key === "a") this.choose({ kind: "all" });
    else if (key === "\r" || key === "\n") this.again();
    else if (key === "f") this.chooseIfAny({ kind: "failed" });
    else if (key === "n") {
      const id = nextFailing(this.choice, this.plan.scenarios, this.verdicts);
      if (id === null) this.say("nothing fails");
      else this.choose({ kind: "one", id });
    } else if (key === "p") {
      this.typed = "";
      this.stdio.out.write("pattern: ");
    }
  };

  private type(key: string): void {
    const { out } = this.stdio;
    if (key === "\r" || key === "\n") {
      const text = this.typed ?? "";
      this.typed = null;
      out.write("\n");
      this.chooseIfAny(text === "" ? { kind: "all" } : { kind: "named", text });
    } else if (BACKSPACES.includes(key)) {
      if (this.typed !== "") out.write("\b \b");
      this.typed = (this.typed ?? "").slice(0, -1);
    } else if (key >= " ") {
      this.typed += key;
      out.write(oneLine(key));
    }
  }

  private chooseIfAny(choice: Choice): void {
    const { scenarios, selection } = this.plan;
    if (chosenOf(choice, scenarios, this.verdicts).length > 0) this.choose(choice);
    else if (choice.kind === "named")
      this.say(`no scenario of ${selection.id} has "${oneLine(choice.text)}" in its name`);
    else this.say("nothing fails");
  }

  private choose(choice: Choice): void {
    this.choice = choice;
    this.again();
  }

  private again(): void {
    this.isWanted = true;
    this.stop();
    this.wake();
  }

  private say(text: string): void {
    this.stdio.out.write(`${text}\n`);
  }

  /** The hash of the sources as they are now; null when they cannot be read, which is told once. */
  private read(): string | null {
    const { submission, selection } = this.plan;
    try {
      const { hash } = openSubmission(submission, selection.lab.form);
      this.problem = "";
      return hash;
    } catch (error) {
      if (!(error instanceof UngradableError)) throw error;
      this.hash = null;
      this.stop();
      this.tellProblem(error.message);
      return null;
    }
  }

  private tellProblem(problem: string): void {
    if (problem !== this.problem) this.say(`${this.stdio.out.style.bad("waiting")}: ${oneLine(problem)}`);
    this.problem = problem;
  }

  private async gradeOnce(hasKeys: boolean): Promise<void> {
    const { selection, scenarios: all, submission, last, runs = DEFAULT_RUNS, seed = DEFAULT_SEED } = this.plan;
    const hash = this.read();
    if (hash === null) return;
    this.hash = hash;
    const before = this.verdicts;
    // What failed passes now: the next look is at everything again.
    if (chosenOf(this.choice, all, before).length === 0) this.choice = { kind: "all" };
    const scenarios = chosenOf(this.choice, all, before);
    const { out } = this.stdio;
    if (out.isTerminal) out.write(CLEAR);
    const stopping = new AbortController();
    this.stop = () => stopping.abort();
    const progress = new ProgressReport(out, out.style, {
      live: out.isTerminal,
      idWidth: Math.max(...scenarios.map(({ id }) => id.length)),
      heading: `${selection.id} of ${submission}: ${choiceText(this.choice)}`,
      scenarios: scenarios.length,
      runs,
      hidesPassed: true,
    });
    const caches = cacheFolder();
    let result: GradingResult;
    try {
      result = await grade({
        lab: selection.id,
        form: selection.lab.form,
        scenarios,
        submission,
        seed,
        runs,
        workers: this.plan.workers ?? defaultWorkers(),
        ...(caches !== null && { cache: new CheckCache(join(caches, "type-check")) }),
        boundary: "none",
        signal: stopping.signal,
        pick: (ready) =>
          Math.max(
            0,
            ready.findIndex(({ scenarioId }) => isFailure(before, scenarioId)),
          ),
        onEvent: progress.onEvent,
      });
    } finally {
      progress.end();
      this.stop = () => {};
    }
    if (result.ungradable !== undefined) {
      this.tellProblem(result.ungradable);
      return;
    }
    last?.note(submission, selection.lab, result);
    this.verdicts = after(before, result.scenarios);
    if (result.interrupted) return;
    for (const line of this.summary(result, before)) this.say(line);
    this.say(out.style.dim(hasKeys ? `waiting for a save; ${KEYS}` : "waiting for a save"));
  }

  /** The first failure as a grading tells it, then what all of it came to. */
  private summary({ scenarios }: GradingResult, before: Verdicts): string[] {
    const { style } = this.stdio.out;
    const failed = scenarios.filter(({ verdict }) => verdict !== "passed" && verdict !== "skipped");
    const passed = scenarios.filter(({ verdict }) => verdict === "passed").length;
    const skipped = scenarios.length - passed - failed.length;
    const [first] = failed;
    const told =
      first === undefined ? [] : describeFailure(first, ({ replay }) => commandOn(replay, this.plan.named), style);
    const changes = changesText(before, scenarios);
    const counts = [
      style.good(`${passed} passed`),
      ...(failed.length > 0 ? [style.bad(`${failed.length} failed`)] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(", ");
    return [
      ...(first === undefined ? [] : ["", ...told.map((line, i) => (i === 0 ? line : `  ${line}`.trimEnd())), ""]),
      changes === "" ? counts : `${counts}; ${style.strong(changes)}`,
    ];
  }
}
